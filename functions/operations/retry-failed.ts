import { countsOf, hasEnded } from '../../lib/domain/operation.ts'
import { plan } from '../../lib/domain/plan.ts'
import { Conflict } from '../../lib/domain/problem.ts'
import type { OperationRequest } from '../../lib/domain/request.ts'
import { operationView } from '../../lib/domain/view.ts'
import { accept, type AcceptDeps } from '../../lib/flow/accept.ts'
import { rulesOf } from '../../lib/flow/clouds.ts'
import { mapLimit } from '../../lib/domain/map-limit.ts'
import type { HttpRequest } from '../../lib/lambda/http-request.ts'
import { type HttpResponse, json } from '../../lib/lambda/http-response.ts'
import { findOperation } from './find-operation.ts'
import { outcomesIn } from './list-nodes.ts'
import { noBody } from './no-body.ts'

/**
 * A new operation with the nodes of this one that failed, and those alone: a node of unknown outcome may have been acted
 * on. An operation is retried once; asked again, the same new operation is the answer.
 */
export const retryFailed = async (http: HttpRequest, deps: AcceptDeps): Promise<HttpResponse> => {
  const operation = await findOperation(http, deps.ledger)
  const { operationId, provider, action, target, options, rollout, reason } = operation
  if (!hasEnded(operation)) throw new Conflict('the operation is still running; its failed nodes are not all known')
  noBody(http, 'retry')

  const batches = (await deps.ledger.batches(operationId)).filter(
    (batch) => batch.state !== 'SPLIT' && countsOf(batch).failed > 0,
  )
  const outcomes = await mapLimit(batches, 8, (batch) => outcomesIn(batch, deps.ledger))
  const nodeIds = outcomes.flat().flatMap(({ nodeId, outcome }) => (outcome === 'failed' ? [nodeId] : []))
  if (nodeIds.length === 0) throw new Conflict('the operation has no failed nodes')

  const request: OperationRequest = { provider, action, target, options, rollout, reason, nodeIds, notAfter: null }
  const { manifest } = rulesOf(deps.clouds, request)
  const asked = {
    trigger: 'http',
    principal: http.principal,
    idempotencyKey: `retry ${operationId}`,
    retryOf: operationId,
  } as const
  const retried = await accept(request, plan(request, manifest), asked, deps)
  const view = operationView(retried.operation, await deps.ledger.batches(retried.operation.operationId))
  return json(retried.created ? 202 : 200, view, { location: `/v1/operations/${retried.operation.operationId}` })
}
