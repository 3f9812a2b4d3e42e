import { NotFound } from '../../lib/domain/problem.ts'
import type { HttpRequest } from '../../lib/lambda/http-request.ts'
import { type HttpResponse, json } from '../../lib/lambda/http-response.ts'
import { lazily } from '../wiring/lazily.ts'
import { approveOperation } from './approve-operation.ts'
import { cancelOperation } from './cancel-operation.ts'
import type { OperationsDeps } from './deps.ts'
import { listLetters, showLetter } from './letters.ts'
import { listNodes } from './list-nodes.ts'
import { listOperations } from './list-operations.ts'
import { providerView } from './provider-view.ts'
import { retryFailed } from './retry-failed.ts'
import { showOperation } from './show-operation.ts'

type Route = (http: HttpRequest, deps: OperationsDeps) => HttpResponse | Promise<HttpResponse>

/** What takes in events is loaded when one is put back. */
const redriveLetter = lazily(async () => (await import('./redrive-letters.ts')).redriveLetter)
const redriveLetters = lazily(async () => (await import('./redrive-letters.ts')).redriveLetters)

const routes: Readonly<Record<string, Route>> = {
  'GET /v1/operations': listOperations,
  'GET /v1/operations/{operationId}': showOperation,
  'GET /v1/operations/{operationId}/nodes': listNodes,
  'POST /v1/operations/{operationId}/approve': approveOperation,
  'POST /v1/operations/{operationId}/cancel': cancelOperation,
  'POST /v1/operations/{operationId}/retry': retryFailed,
  'GET /v1/dead-letters': listLetters,
  'GET /v1/dead-letters/{letterId}': showLetter,
  'POST /v1/dead-letters/redrive': redriveLetters,
  'POST /v1/dead-letters/{letterId}/redrive': redriveLetter,
  'GET /v1/providers': (_, { clouds }) => json(200, { items: clouds.manifests().map(providerView), nextCursor: null }),
  'GET /v1/health': () => json(200, { status: 'ok' }),
  'GET /health': () => json(200, { status: 'ok' }),
}

/** The calls about operations that are there, read, cancel, retry, and about what never became one. */
export const operations = async (http: HttpRequest, deps: OperationsDeps): Promise<HttpResponse> => {
  const route = Object.hasOwn(routes, http.routeKey) ? routes[http.routeKey] : undefined
  if (route === undefined) throw new NotFound(`no such call: ${http.routeKey}`)
  return route(http, deps)
}
