import { createHash, createHmac } from 'node:crypto'

import type { ApiRequest } from './api.ts'
import type { QingCloudKey } from './credentials.ts'
import type { Signer } from './signer.ts'

/**
 * The signature of QingCloud's EHPC API, which is not that of its IaaS API (qingcloud-ehpc.md, section 1.3, which is
 * signature.md and the official signer): the path with a slash at its end, the sorted query, and the MD5 of the body.
 * The common parameters go into the query, also of a POST.
 */
export const ehpcSigner =
  (key: QingCloudKey): Signer =>
  (request, baseUrl, now) => {
    const { origin, pathname } = new URL(baseUrl)
    const path = `${pathname.replace(/\/$/, '')}${request.path}`
    const query = canonicalQuery({ ...request.query, ...commonParams(key, now) })
    const signature = ehpcSignature(ehpcStringToSign(request.method, path, query, request.body), key.secretAccessKey)
    return {
      method: request.method,
      // Encoded twice: the first is undone by the HTTP layer, the second by the service (section 1.3).
      url: `${origin}${path}?${query}&signature=${percentEncode(percentEncode(signature))}`,
      headers: request.body === undefined ? {} : { 'content-type': 'application/json' },
      body: request.body,
    }
  }

/** What is signed. `path` as it is requested, `query` canonical, `body` exactly what is sent. */
export const ehpcStringToSign = (
  method: ApiRequest['method'],
  path: string,
  query: string,
  body: string | undefined,
): string => {
  const md5 = createHash('md5')
    .update(body ?? '', 'utf8')
    .digest('hex')
  return [method, path.endsWith('/') ? path : `${path}/`, query, md5].join('\n')
}

/** HMAC-SHA256 in base64. */
export const ehpcSignature = (stringToSign: string, secretAccessKey: string): string =>
  createHmac('sha256', secretAccessKey).update(stringToSign, 'utf8').digest('base64')

/** Sorted by name. A parameter without a value is left out: the official signer sends it and does not sign it (section 8). */
const canonicalQuery = (params: Readonly<Record<string, string>>): string =>
  Object.entries(params)
    .filter(([, value]) => value !== '')
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => `${percentEncode(name)}=${percentEncode(value)}`)
    .join('&')

/** The parameter is called `timestamp`, not `time_stamp` as in the IaaS API, and is refused when older than 60 s (1300). */
const commonParams = (key: QingCloudKey, now: number): Record<string, string> => ({
  access_key_id: key.accessKeyId,
  signature_method: 'HmacSHA256',
  signature_version: '1',
  timestamp: `${new Date(now).toISOString().slice(0, 19)}Z`,
  version: '1',
})

/** RFC 3986: encodeURIComponent leaves five characters that other languages' encoders do not (section 8). */
const percentEncode = (text: string): string =>
  encodeURIComponent(text).replaceAll(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`)
