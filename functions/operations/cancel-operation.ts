import type { Batch } from '../../lib/domain/batch.ts'
import { cancel } from '../../lib/domain/claim.ts'
import { hasEnded, type Operation } from '../../lib/domain/operation.ts'
import type { Clock, Ledger } from '../../lib/domain/ports.ts'
import { Conflict } from '../../lib/domain/problem.ts'
import { operationView } from '../../lib/domain/view.ts'
import { rulesOf } from '../../lib/flow/clouds.ts'
import { mapLimit } from '../../lib/domain/map-limit.ts'
import { withdrawTickets } from '../../lib/flow/rate-limit.ts'
import { tendOperation } from '../../lib/flow/tend-operation.ts'
import type { AcceptDeps } from '../../lib/flow/accept.ts'
import type { HttpRequest } from '../../lib/lambda/http-request.ts'
import { type HttpResponse, json } from '../../lib/lambda/http-response.ts'
import { findOperation } from './find-operation.ts'

const WRITES_AT_ONCE = 16

/**
 * Takes back what was not submitted yet. What was is followed to its end: a provider's job cannot be called back. Said
 * first of the operation, so that nothing of it is sent any more, then of each batch.
 */
export const cancelOperation = async (http: HttpRequest, deps: AcceptDeps): Promise<HttpResponse> => {
  const { ledger } = deps
  const operation = await markCancelled(http, deps)
  if (!hasEnded(operation)) {
    const batches = await ledger.batches(operation.operationId)
    await mapLimit(batches, WRITES_AT_ONCE, (batch) => cancelBatch(batch, deps))
    const { manifest } = rulesOf(deps.clouds, operation)
    await withdrawTickets(operation, manifest, `${operation.operationId}.`, deps)
    await tendOperation(operation.operationId, deps)
  }
  return json(200, operationView(await findOperation(http, ledger), await ledger.batches(operation.operationId)))
}

const markCancelled = async (
  http: HttpRequest,
  { ledger, clock }: { ledger: Ledger; clock: Clock },
): Promise<Operation> => {
  for (;;) {
    const operation = await findOperation(http, ledger)
    if (operation.cancelledAt !== null) return operation
    if (hasEnded(operation)) throw new Conflict(`the operation has ended: ${operation.status}`)
    const now = clock.now()
    const cancelled = { ...operation, cancelledAt: now, dueAt: now, version: operation.version + 1 }
    if (await ledger.saveOperation(cancelled)) return cancelled
  }
}

/** A batch that a worker claims at this moment is the worker's, and is left. */
const cancelBatch = async (batch: Batch, { ledger, clock }: { ledger: Ledger; clock: Clock }): Promise<void> => {
  let current: Batch | undefined = batch
  while (current !== undefined) {
    const next = cancel(current, clock.now())
    if (next === undefined || (await ledger.saveBatch(next))) return
    current = await ledger.batch(batch.operationId, batch.batchId)
  }
}
