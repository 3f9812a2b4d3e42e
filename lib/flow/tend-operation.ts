import { type Batch, isEnded } from '../domain/batch.ts'
import { operationsEnded } from '../domain/metrics.ts'
import { hasEnded, type Operation, settled } from '../domain/operation.ts'
import { dispatch, type DispatchDeps, RESEND_MS, RETRY_SEND_MS } from './dispatch.ts'
import { publishOperation, type PublishDeps } from './publish.ts'

/** An open operation is looked at this often even when nothing is heard of its batches. */
const LOOK_MS = 300_000
const TRIES = 3

/**
 * Looks at an operation and all its batches: sends what was planned and never claimed, ends it when every batch has ended,
 * and publishes what it has become. Answers the operation as it then is.
 */
export const tendOperation = async (
  operationId: string,
  deps: DispatchDeps & PublishDeps,
  tries = TRIES,
): Promise<Operation | undefined> => {
  const { ledger, clock, pace, metrics } = deps
  const operation = await ledger.operation(operationId)
  if (operation === undefined || operation.status === 'PLANNING') return operation
  if (operation.status !== 'RUNNING') {
    // One that ended while we looked is published by whoever ended it, or when it is due.
    return tries === TRIES ? publishOperation(operation, deps) : operation
  }
  const batches = await ledger.batches(operationId)
  const again = await sendPlanned(operation, batches, deps)
  const now = clock.now()
  const next = settled(operation, batches, now, now + pace(again ?? LOOK_MS))
  // It goes on, and is looked at again in time.
  if (!hasEnded(next) && operation.dueAt !== undefined && operation.dueAt > now) return operation
  if (await ledger.saveOperation(next)) {
    if (next.status !== 'PLANNING' && next.status !== 'RUNNING')
      metrics.count(operationsEnded[next.status], 1, next.provider)
    return publishOperation(next, deps)
  }
  // Somebody else wrote at this moment, perhaps with fewer batches ended than there are now.
  return tries > 1 ? tendOperation(operationId, deps, tries - 1) : operation
}

/** Ends an operation of which a batch has ended, if that was the last one: then it is the answer. */
export const closeOperation = async (
  operationId: string,
  deps: DispatchDeps & PublishDeps,
): Promise<Operation | undefined> => {
  const batches = await deps.ledger.batches(operationId)
  const isOver = batches.every((batch) => isEnded(batch) || batch.state === 'SPLIT')
  return isOver ? tendOperation(operationId, deps) : undefined
}

/** Sends the batches that no worker has claimed yet; when to do so again, ms from now, if there were any. */
const sendPlanned = async (
  operation: Operation,
  batches: readonly Batch[],
  deps: DispatchDeps,
): Promise<number | undefined> => {
  const planned = batches.filter(({ state }) => state === 'PLANNED')
  if (planned.length === 0) return undefined
  const { notTaken } = await dispatch(operation, planned, deps)
  return notTaken.size > 0 ? RETRY_SEND_MS : RESEND_MS
}
