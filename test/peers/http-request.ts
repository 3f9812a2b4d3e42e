import { httpEvent } from '../../infra/local/http-event.ts'
import { place } from '../helpers/template.ts'

export type Request = { method: 'GET' | 'POST'; target: string; body?: unknown; headers?: Record<string, string> }

/** A request as API Gateway hands it over, which moto does not have, and the function that its route leads to. */
export const routed = ({ method, target, body, headers = {} }: Request): { functionName: string; event: string } => {
  const path = target.split('?')[0]!
  const [, operationId, rest = ''] = /^\/v1\/operations\/([^/]+)(\/\w+)?$/.exec(path) ?? []
  const key = `${method} ${operationId === undefined ? path : `/v1/operations/{operationId}${rest}`}`
  const event = httpEvent(
    {
      method,
      target,
      headers: { 'content-type': 'application/json', ...headers },
      body: Buffer.from(body === undefined ? '' : JSON.stringify(body)),
      sourceIp: '127.0.0.1',
    },
    { key, parameters: operationId === undefined ? {} : { operationId } },
    place,
  )
  return { functionName: key === 'POST /v1/operations' ? 'ingest' : 'operations', event: JSON.stringify(event) }
}
