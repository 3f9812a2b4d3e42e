import { createHmac, hash } from 'node:crypto'
import type { AccessKey } from './credentials.ts'
import type { Signer } from './signer.ts'

/** A request to be signed: the headers are those that the signature covers. */
export type SdkRequest = { method: string; url: string; headers: Readonly<Record<string, string>>; body: string }

/**
 * The `Authorization` header of Huawei Cloud and OTC, over exactly these headers and bytes; `X-Sdk-Date` must be among
 * the headers (huawei-otc.md, section 5.1; "Signing API requests" of the API gateway).
 */
export const sdkAuthorization = ({ method, url, headers, body }: SdkRequest, key: AccessKey): string => {
  const signed = Object.entries(headers)
    .map(([name, value]) => [name.toLowerCase(), value.trim()] as const)
    .toSorted(([a], [b]) => byCodePoint(a, b))
  const names = signed.map(([name]) => name).join(';')
  const date = signed.find(([name]) => name === 'x-sdk-date')?.[1] ?? ''
  const { pathname, search } = new URL(url)
  const canonical = [
    method,
    canonicalPath(pathname),
    canonicalQuery(search.slice(1)),
    ...signed.map(([name, value]) => `${name}:${value}`),
    '',
    names,
    sha256(body),
  ].join('\n')
  const signature = createHmac('sha256', key.secretKey)
    .update(`${ALGORITHM}\n${date}\n${sha256(canonical)}`)
    .digest('hex')
  return `${ALGORITHM} Access=${key.accessKey}, SignedHeaders=${names}, Signature=${signature}`
}

/**
 * The signer of one access key for one project. Signs content-type, host, x-project-id, x-sdk-date and, for temporary
 * credentials, x-security-token, as the vendor's own SDK does; without x-project-id OTC refuses (section 5.1).
 */
export const sdkHmacSha256 =
  (key: AccessKey, projectId: string): Signer =>
  (request, baseUrl, now) => {
    const query = canonicalPairs(Object.entries(request.query ?? {}))
    const url = `${baseUrl.replace(/\/+$/, '')}${request.path}${query === '' ? '' : `?${query}`}`
    const headers: Record<string, string> = {
      'content-type': 'application/json',
      host: new URL(url).host,
      'x-project-id': projectId,
      'x-sdk-date': new Date(now).toISOString().replaceAll(/[-:]|\.\d+/g, ''),
      ...(key.securityToken === undefined ? {} : { 'x-security-token': key.securityToken }),
    }
    const authorization = sdkAuthorization({ method: request.method, url, headers, body: request.body ?? '' }, key)
    return { method: request.method, url, headers: { ...headers, authorization }, body: request.body }
  }

const ALGORITHM = 'SDK-HMAC-SHA256'

/** Ends with "/" in the canonical form only: the wire keeps its own (section 5.1). */
const canonicalPath = (pathname: string): string => {
  const path = pathname
    .split('/')
    .map((segment) => (isPlain(segment) ? segment : rfc3986(decodeURIComponent(segment))))
    .join('/')
  return path.endsWith('/') ? path : `${path}/`
}

const canonicalQuery = (search: string): string =>
  canonicalPairs(
    search
      .split('&')
      .filter((pair) => pair !== '')
      .map((pair) => {
        const at = pair.indexOf('=')
        const [name, value] = at < 0 ? [pair, ''] : [pair.slice(0, at), pair.slice(at + 1)]
        return [decodeURIComponent(name), decodeURIComponent(value)]
      }),
  )

const canonicalPairs = (pairs: readonly (readonly [string, string])[]): string =>
  pairs
    .toSorted(([a, x], [b, y]) => byCodePoint(a, b) || byCodePoint(x, y))
    .map(([name, value]) => `${rfc3986(name)}=${rfc3986(value)}`)
    .join('&')

/** Strings compare by UTF-16 units, which is another order beyond U+FFFF. */
const byCodePoint = (a: string, b: string): number => {
  if (a === b) return 0
  if (isPlain(a) && isPlain(b)) return a < b ? -1 : 1
  return Buffer.compare(Buffer.from(a), Buffer.from(b))
}

/** Reads the same encoded and decoded, as nearly every segment does. */
const isPlain = (text: string): boolean => /^[\w.~-]*$/.test(text)

/** Only A-Z a-z 0-9 - _ . ~ stay as they are. */
const rfc3986 = (text: string): string =>
  encodeURIComponent(text).replaceAll(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`)

const sha256 = (text: string): string => hash('sha256', text, 'hex')
