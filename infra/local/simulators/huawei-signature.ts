import { createHash, createHmac, timingSafeEqual } from 'node:crypto'
import type { RawRequest } from './simulator.ts'

export type HuaweiCredentials = { accessKey: string; secretKey: string; securityToken?: string }

/** `accessKey` is there as soon as a configured key was named, because bad signatures are counted per key. */
export type SignatureVerdict =
  | { ok: true; accessKey: string }
  | { ok: false; reason: string; accessKey?: string; badSignature?: true }

const MAX_SKEW_MS = 15 * 60_000
const AUTHORIZATION = /^SDK-HMAC-SHA256 Access=([^,\s]+), SignedHeaders=([a-z0-9;-]+), Signature=([0-9a-f]{64})$/

/**
 * Judges an SDK-HMAC-SHA256 signature over the bytes that came in (API Gateway "Signing API requests", OTC API usage guide): the
 * canonical path ends with "/", the query is sorted, the payload hash is the body's or that of X-Sdk-Content-Sha256.
 * `now` is real time in milliseconds. Throws nothing.
 */
export const verifyHuaweiSignature = (
  request: RawRequest,
  credentials: ReadonlyArray<HuaweiCredentials>,
  now: number,
): SignatureVerdict => {
  const authorization = request.headers['authorization']
  if (authorization === undefined) return refuse('authorization header is missing')
  const [, accessKey = '', signedHeaders = '', signature = ''] = AUTHORIZATION.exec(authorization) ?? []
  if (signature === '') return refuse('the authorization header is malformed')
  const known = credentials.find((pair) => pair.accessKey === accessKey)
  if (known === undefined) return refuse(`app not found: ${accessKey}`)

  const names = signedHeaders.split(';')
  const problem =
    headersProblem(names, request) ?? dateProblem(request.headers['x-sdk-date'], now) ?? payloadProblem(request)
  if (problem !== undefined) return { ...refuse(problem), accessKey }
  if (request.headers['x-security-token'] !== known.securityToken) {
    return { ...refuse('the security token does not belong to the access key'), accessKey }
  }
  const canonical = canonicalRequest(request, names)
  if (canonical === undefined) return { ...refuse('the request target is malformed'), accessKey }
  const toSign = `SDK-HMAC-SHA256\n${request.headers['x-sdk-date']}\n${sha256(canonical)}`
  const expected = createHmac('sha256', known.secretKey).update(toSign).digest()
  if (timingSafeEqual(expected, Buffer.from(signature, 'hex'))) return { ok: true, accessKey }
  return { ...refuse('verify signature fail'), accessKey, badSignature: true }
}

const refuse = (reason: string) => ({ ok: false, reason }) as const

const headersProblem = (names: string[], request: RawRequest): string | undefined => {
  if (names.toSorted(byCodePoint).join(';') !== names.join(';') || new Set(names).size !== names.length) {
    return 'signed headers are not sorted'
  }
  if (!names.includes('x-sdk-date')) return 'x-sdk-date is not signed'
  const missing = names.find((name) => request.headers[name] === undefined)
  return missing === undefined ? undefined : `signed header ${missing} is missing`
}

const dateProblem = (date: string | undefined, now: number): string | undefined => {
  const [, year, month, day, hour, minute, second] = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(date ?? '') ?? []
  const time = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`)
  if (Number.isNaN(time)) return 'x-sdk-date is malformed'
  return Math.abs(now - time) > MAX_SKEW_MS ? 'signature expired' : undefined
}

const payloadProblem = ({ headers, body }: RawRequest): string | undefined => {
  const declared = headers['x-sdk-content-sha256']
  if (declared === undefined || declared === 'UNSIGNED-PAYLOAD' || declared === sha256(body)) return undefined
  return 'x-sdk-content-sha256 does not match the body'
}

const canonicalRequest = (request: RawRequest, names: string[]): string | undefined => {
  const [path = '', ...query] = request.target.split('?')
  try {
    const uri = path.split('/').map(reencode).join('/')
    return [
      request.method,
      uri.endsWith('/') ? uri : `${uri}/`,
      canonicalQuery(query.join('?')),
      ...names.map((name) => `${name}:${request.headers[name]?.trim()}`),
      '',
      names.join(';'),
      request.headers['x-sdk-content-sha256'] ?? sha256(request.body),
    ].join('\n')
  } catch {
    // decodeURIComponent met a broken percent sequence.
    return undefined
  }
}

const canonicalQuery = (query: string): string =>
  query
    .split('&')
    .filter((pair) => pair !== '')
    .map((pair) => {
      const at = pair.indexOf('=')
      return at < 0 ? [pair, ''] : [pair.slice(0, at), pair.slice(at + 1)]
    })
    .map((pair) => pair.map((part) => reencode(part.replaceAll('+', ' '))))
    .toSorted(([a = '', x = ''], [b = '', y = '']) => byCodePoint(a, b) || byCodePoint(x, y))
    .map((pair) => pair.join('='))
    .join('&')

/** RFC 3986: only A-Z a-z 0-9 - _ . ~ stay as they are. */
const reencode = (raw: string): string =>
  encodeURIComponent(decodeURIComponent(raw)).replaceAll(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  )

const byCodePoint = (a: string, b: string): number => Buffer.compare(Buffer.from(a), Buffer.from(b))

const sha256 = (data: string | Buffer): string => createHash('sha256').update(data).digest('hex')
