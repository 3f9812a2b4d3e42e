import { createHash, createHmac } from 'node:crypto'

import type { RawRequest } from '../../infra/local/simulators/simulator.ts'

export const huaweiCredentials = { accessKey: 'LOCALACCESSKEY', secretKey: 'local-secret-key' }

export type HuaweiCall = {
  method: 'GET' | 'POST'
  path: string
  /** Has to be in canonical order. */
  query?: string
  body?: unknown
  projectId: string
  /** Milliseconds; what the caller's clock says. */
  at: number
  credentials?: { accessKey: string; secretKey: string; securityToken?: string }
  /** What is signed as the body's hash; the body's own when absent. */
  payloadHash?: string
  /** Names of the headers that are signed; all when absent. */
  signed?: string[]
  /** Added, or taken away with `undefined`, after signing. */
  headers?: Record<string, string | undefined>
  host?: string
}

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex')

/** A request signed by hand with SDK-HMAC-SHA256, as the API Gateway document describes it. */
export const huaweiRequest = (call: HuaweiCall): RawRequest => {
  const { method, path, query = '', body, projectId, at, host = 'ecs.test' } = call
  const credentials: Required<HuaweiCall>['credentials'] = call.credentials ?? huaweiCredentials
  const text = body === undefined ? '' : JSON.stringify(body)
  const date = `${new Date(at).toISOString().replaceAll(/[-:]/gu, '').slice(0, 15)}Z`
  const token = credentials.securityToken
  const sent: Record<string, string> = {
    'content-type': 'application/json',
    host,
    'x-project-id': projectId,
    'x-sdk-date': date,
    ...(token === undefined ? {} : { 'x-security-token': token }),
  }
  const names = (call.signed ?? Object.keys(sent)).toSorted()
  const lines = names.map((name) => `${name}:${sent[name]}`)
  const canonical = [method, `${path}/`, query, ...lines, '', names.join(';'), call.payloadHash ?? sha256(text)].join(
    '\n',
  )
  const signature = createHmac('sha256', credentials.secretKey)
    .update(`SDK-HMAC-SHA256\n${date}\n${sha256(canonical)}`)
    .digest('hex')
  const authorization = `SDK-HMAC-SHA256 Access=${credentials.accessKey}, SignedHeaders=${names.join(';')}, Signature=${signature}`
  const headers = Object.entries({ ...sent, authorization, ...call.headers })

  return {
    method,
    target: query === '' ? path : `${path}?${query}`,
    headers: Object.fromEntries(headers.filter((entry): entry is [string, string] => entry[1] !== undefined)),
    body: Buffer.from(text),
  }
}
