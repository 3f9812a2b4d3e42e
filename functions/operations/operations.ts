import type { AcceptDeps } from '../../lib/flow/accept.ts'
import { NotFound } from '../../lib/domain/problem.ts'
import type { HttpRequest } from '../../lib/lambda/http-request.ts'
import { type HttpResponse, json } from '../../lib/lambda/http-response.ts'
import { cancelOperation } from './cancel-operation.ts'
import { listNodes } from './list-nodes.ts'
import { listOperations } from './list-operations.ts'
import { providerView } from './provider-view.ts'
import { retryFailed } from './retry-failed.ts'
import { showOperation } from './show-operation.ts'

type Route = (http: HttpRequest, deps: AcceptDeps) => HttpResponse | Promise<HttpResponse>

const routes: Readonly<Record<string, Route>> = {
  'GET /v1/operations': listOperations,
  'GET /v1/operations/{operationId}': showOperation,
  'GET /v1/operations/{operationId}/nodes': listNodes,
  'POST /v1/operations/{operationId}/cancel': cancelOperation,
  'POST /v1/operations/{operationId}/retry': retryFailed,
  'GET /v1/providers': (_, { clouds }) => json(200, { items: clouds.manifests().map(providerView), nextCursor: null }),
  'GET /v1/health': () => json(200, { status: 'ok' }),
  'GET /health': () => json(200, { status: 'ok' }),
}

/** The calls about operations that are there: read, cancel, retry. */
export const operations = async (http: HttpRequest, deps: AcceptDeps): Promise<HttpResponse> => {
  const route = Object.hasOwn(routes, http.routeKey) ? routes[http.routeKey] : undefined
  if (route === undefined) throw new NotFound(`no such call: ${http.routeKey}`)
  return route(http, deps)
}
