import { createHash, createHmac } from 'node:crypto'

import type { RawRequest } from '../../infra/local/simulators/simulator.ts'

export const cssCredentials = { accessKey: 'LOCALACCESSKEY', secretKey: 'local-secret-key' }

type Call = {
  method: 'GET' | 'POST'
  path: string
  query?: string
  body?: unknown
  at: number
  secret?: string
  projectId: string
}

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex')

/** A request signed by hand with SDK-HMAC-SHA256; `query` has to be in canonical order. */
export const cssRequest = (call: Call): RawRequest => {
  const { method, path, query = '', body, at, secret = cssCredentials.secretKey, projectId } = call
  const text = body === undefined ? '' : JSON.stringify(body)
  const date = `${new Date(at).toISOString().replaceAll(/[-:]/gu, '').slice(0, 15)}Z`
  const names = 'x-project-id;x-sdk-date'
  const canonical = [
    method,
    `${path}/`,
    query,
    `x-project-id:${projectId}`,
    `x-sdk-date:${date}`,
    '',
    names,
    sha256(text),
  ]
  const toSign = `SDK-HMAC-SHA256\n${date}\n${sha256(canonical.join('\n'))}`
  const signature = createHmac('sha256', secret).update(toSign).digest('hex')

  return {
    method,
    target: query === '' ? path : `${path}?${query}`,
    headers: {
      'x-project-id': projectId,
      'x-sdk-date': date,
      'content-type': 'application/json',
      authorization: `SDK-HMAC-SHA256 Access=${cssCredentials.accessKey}, SignedHeaders=${names}, Signature=${signature}`,
    },
    body: Buffer.from(text),
  }
}
