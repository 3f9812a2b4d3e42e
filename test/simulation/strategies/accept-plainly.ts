import { type Asked, draftOf } from '../../../lib/domain/draft.ts'
import { fingerprint } from '../../../lib/domain/fingerprint.ts'
import { accepted } from '../../../lib/domain/operation.ts'
import { parseRequest } from '../../../lib/domain/parse-request.ts'
import { plan, plannedBatches } from '../../../lib/domain/plan.ts'
import type { BatchMessage } from '../../../lib/domain/ports.ts'
import { Unavailable } from '../../../lib/domain/problem.ts'
import { rulesOf } from '../../../lib/flow/clouds.ts'
import { permitted } from '../../../lib/flow/permitted.ts'
import { publishOperation } from '../../../lib/flow/publish.ts'
import { bodyOf, HttpRequest } from '../../../lib/lambda/http-request.ts'
import { json, type HttpResponse } from '../../../lib/lambda/http-response.ts'
import type { Deps } from '../functions.ts'

const MOST_SENDS = 5

/**
 * Takes a request the usual way: written, sent, and answered only then. Who gets no answer asks again under the same key,
 * and whatever was not worked on is sent again. Planning and checks are Drover's.
 */
export const acceptPlainly = async (event: unknown, deps: Deps): Promise<HttpResponse> => {
  const { ledger, clouds, clock } = deps
  const http = HttpRequest.parse(event)
  const request = parseRequest(bodyOf(http), (id) => clouds.find(id)?.manifest)
  await permitted(request, deps)
  const planned = plan(request, rulesOf(clouds, request).manifest)
  const operationId = `op-${fingerprint('key', http.headers['idempotency-key'] ?? '').slice(0, 32)}`
  const asked: Asked = { trigger: 'http', principal: null, idempotencyKey: null, retryOf: null }
  const operation = accepted(draftOf(operationId, request, planned, asked, clock.now()), clock.now())
  const created = await ledger.createOperation(operation)
  const made = plannedBatches(operationId, request, planned.batches, clock.now())
  for (const one of made) await ledger.createBatch({ ...one.batch, ...LEFT_TO_QUEUE }, one.nodeIds)
  const waiting = (await ledger.batches(operationId)).filter(({ state }) => state === 'QUEUED')
  await sendAll(request.provider, waiting, deps)
  await publishOperation((await ledger.operation(operationId)) ?? operation, deps)
  return json(created ? 202 : 200, { operationId })
}

/** It is the queue that brings it again, and nobody else. */
export const LEFT_TO_QUEUE = {
  state: 'QUEUED',
  dueAt: Number.POSITIVE_INFINITY,
  notBefore: null,
  code: null,
  reason: null,
} as const

const sendAll = async (provider: string, messages: readonly BatchMessage[], { dispatcher }: Deps): Promise<void> => {
  let open = messages
  for (let tries = 0; tries < MOST_SENDS && open.length > 0; tries += 1) {
    const notTaken = await dispatcher.send(provider, open)
    open = open.filter(({ batchId }) => notTaken.has(batchId))
  }
  if (open.length > 0) throw new Unavailable('the queue does not take the messages')
}
