import * as z from 'zod'
import type { Asked } from '../../lib/domain/draft.ts'
import type { OperationRequest } from '../../lib/domain/request.ts'
import type { Plan } from '../../lib/domain/plan.ts'
import { InvalidRequest } from '../../lib/domain/problem.ts'
import { operationView } from '../../lib/domain/view.ts'
import { accept } from '../../lib/flow/accept.ts'
import { type Arrival, isRefusal, keepRefused } from '../../lib/flow/intake/keep-refused.ts'
import { prepare } from '../../lib/flow/intake/prepare.ts'
import { takeIn } from '../../lib/flow/intake/take-in.ts'
import type { IntakeDeps } from '../../lib/flow/intake/taken.ts'
import { permitted } from '../../lib/flow/permitted.ts'
import { json, type HttpResponse } from '../../lib/lambda/http-response.ts'
import { bodyOf, HttpRequest } from '../../lib/lambda/http-request.ts'
import { parseQuery } from '../../lib/lambda/query.ts'

/**
 * Any envelope becomes at most one operation for each request in it. Over HTTP a bad request is answered; elsewhere there
 * is nobody to answer, so it is kept in the ledger with all its problems. What fails for a passing reason is thrown, and
 * the platform delivers it again: the key makes that harmless.
 */
export const ingest = async (
  input: unknown,
  invocationId: string,
  deps: IntakeDeps,
): Promise<HttpResponse | undefined> => {
  const http = HttpRequest.safeParse(input)
  if (http.success) return overHttp(http.data, deps)
  await asEvent({ input, invocationId }, deps)
  return undefined
}

const asEvent = async (arrival: Arrival, deps: IntakeDeps): Promise<void> => {
  try {
    await takeIn(arrival, null, deps)
  } catch (error) {
    if (!isRefusal(error)) throw error
    await keepRefused(arrival, null, error, deps)
  }
}

const Query = z.strictObject({ dryRun: z.enum(['true', 'false']).default('false') })

const overHttp = async (http: HttpRequest, deps: IntakeDeps): Promise<HttpResponse> => {
  // Read strictly and first: a dry run that is misspelled must not act.
  const { dryRun } = parseQuery(Query, http)
  const { request, planned } = prepare(bodyOf(http), deps)
  if (dryRun === 'true') {
    await permitted(request, deps)
    return json(200, planView(request, planned))
  }
  const key = http.headers['idempotency-key']
  const idempotencyKey = key === undefined ? null : `http ${checkedKey(key)}`
  const asked: Asked = { trigger: 'http', principal: http.principal, idempotencyKey, retryOf: null }
  const { operation, created } = await accept(request, planned, asked, deps)
  const view = operationView(operation, await deps.ledger.batches(operation.operationId))
  return json(created ? 202 : 200, view, { location: `/v1/operations/${operation.operationId}` })
}

const checkedKey = (key: string): string => {
  if (/^[\x21-\x7e]{1,255}$/.test(key)) return key
  throw new InvalidRequest([{ path: 'Idempotency-Key', message: 'must be 1 to 255 visible ASCII characters' }])
}

const planView = (request: OperationRequest, planned: Plan) => {
  const { nodeIds, ...rest } = request
  return {
    dryRun: true,
    planHash: planned.hash,
    ...rest,
    counts: { total: nodeIds.length },
    waves: [{ wave: 1, batches: planned.batches.length, nodes: nodeIds.length }],
    batches: planned.batches.map((nodes, i) => ({ wave: 1, batch: i + 1, nodes: nodes.length, nodeIds: nodes })),
    submitCalls: planned.batches.length,
    etaSeconds: Math.round(planned.etaMs / 1000),
  }
}
