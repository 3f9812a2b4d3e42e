import { createHash, createHmac } from 'node:crypto'

import { malformed } from './refusal.ts'
import type { RawRequest } from '../simulator.ts'

export type EhpcTarget = { path: string; query: ReadonlyArray<readonly [string, string]> }

const decode = (text: string): string => {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '))
  } catch (error) {
    if (error instanceof URIError) throw malformed('the query is not percent-encoded text')
    throw error
  }
}

const splitOnce = (text: string, by: string): [string, string] => {
  const at = text.indexOf(by)
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)]
}

/** Path and decoded parameters of a raw request target. Throws EhpcRefusal 1100 for broken percent-encoding. */
export const readTarget = (target: string): EhpcTarget => {
  const [path, query] = splitOnce(target, '?')
  const pairs = query.split('&').filter((pair) => pair !== '')

  return {
    path,
    query: pairs.map((pair) => {
      const [name, value] = splitOnce(pair, '=')
      return [decode(name), decode(value)] as const
    }),
  }
}

/** Percent-encoding of Python's quote(): unreserved characters and the slash stay (qingcloud-ehpc.md section 8 item 4). */
const quote = (text: string): string =>
  encodeURIComponent(text)
    .replaceAll(/[!'()*]/gu, (char) => `%${char.codePointAt(0)?.toString(16).toUpperCase() ?? ''}`)
    .replaceAll('%2F', '/')

const byCodePoint = (a: string, b: string): number => (a < b ? -1 : Number(a > b))

/**
 * The text that QingCloud EHPC has signed (qingcloud-ehpc.md section 1.3): four lines, the path with a slash at its end,
 * the parameters in order without `signature`, the MD5 of the body's exact bytes.
 */
export const ehpcStringToSign = (method: string, { path, query }: EhpcTarget, body: Buffer): string => {
  // The official signer leaves parameters without a value out of the text, though they travel on the wire.
  const signed = query.filter(([name, value]) => name !== 'signature' && value !== '')
  const sorted = signed.toSorted((a, b) => byCodePoint(a[0], b[0]) || byCodePoint(a[1], b[1]))
  const params = sorted.map(([name, value]) => `${quote(name)}=${quote(value)}`).join('&')
  const signedPath = path.endsWith('/') ? path : `${path}/`

  return [method, signedPath, params, createHash('md5').update(body).digest('hex')].join('\n')
}

/**
 * Whether the request carries the right signature, percent-encoded twice on the wire. `lenient` takes one encoding too.
 */
export const ehpcSignatureHolds = (
  request: RawRequest,
  target: EhpcTarget,
  secretAccessKey: string,
  mode: 'strict' | 'lenient',
): boolean => {
  const text = ehpcStringToSign(request.method, target, request.body)
  const expected = createHmac('sha256', secretAccessKey).update(text).digest('base64')
  const given = target.query.filter(([name]) => name === 'signature').map(([, value]) => value)
  // The target is decoded once already, as an HTTP layer does: one encoding has to be left.
  const accepted = mode === 'strict' ? [encodeURIComponent(expected)] : [encodeURIComponent(expected), expected]

  return given.length === 1 && given.every((signature) => accepted.includes(signature))
}
