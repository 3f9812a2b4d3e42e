import { createHash, createHmac } from 'node:crypto'

import type { RawRequest } from '../../infra/local/simulators/simulator.ts'

export const ehpcCredentials = { accessKeyId: 'LOCALACCESSKEYID', secretAccessKey: 'local-secret-access-key' }

type Call = {
  method: 'GET' | 'POST'
  action: string
  query?: Record<string, string>
  body?: unknown
  /** Milliseconds; what the caller's clock says. */
  at: number
  secret?: string
  /** How often the signature is percent-encoded. */
  encodings?: 0 | 1 | 2
  /** What is signed instead of the slash at the end of the path. */
  pathEnd?: '' | '/'
}

const encode = encodeURIComponent

/** A signed EHPC request, written by hand from the signature document; every step can be made wrong. */
export const ehpcRequest = (call: Call): RawRequest => {
  const { method, action, query = {}, body, at, secret = ehpcCredentials.secretAccessKey, encodings = 2 } = call
  const text = body === undefined ? '' : JSON.stringify(body)
  const params: Record<string, string> = {
    access_key_id: ehpcCredentials.accessKeyId,
    signature_method: 'HmacSHA256',
    signature_version: '1',
    timestamp: `${new Date(at).toISOString().slice(0, 19)}Z`,
    version: '1',
    ...(method === 'GET' ? { zone: 'jn1a' } : {}),
    ...query,
  }
  const sorted = Object.keys(params)
    .toSorted()
    .map((name) => `${encode(name)}=${encode(params[name]!)}`)
    .join('&')
  const md5 = createHash('md5').update(text).digest('hex')
  const toSign = [method, `/api${action}${call.pathEnd ?? '/'}`, sorted, md5].join('\n')
  let signature = createHmac('sha256', secret).update(toSign).digest('base64')
  for (let count = 0; count < encodings; count += 1) signature = encode(signature)

  return {
    method,
    target: `/api${action}?${sorted}&signature=${signature}`,
    headers: { 'content-type': 'application/json' },
    body: Buffer.from(text),
  }
}
