import { type Batch, become, isEnded } from '../domain/batch.ts'
import { isPublic, jobChanges, operationChange } from '../domain/events.ts'
import { hasEnded, type Operation } from '../domain/operation.ts'
import type { Log } from '../domain/log.ts'
import { countNodes, type Metrics } from '../domain/metrics.ts'
import type { Pace } from '../domain/pace.ts'
import type { Bus, Clock, Ledger } from '../domain/ports.ts'
import { outcomesOf } from '../domain/result.ts'
import { mapEach } from './map-limit.ts'

export type PublishDeps = { ledger: Ledger; bus: Bus; clock: Clock; pace: Pace; log: Log; metrics: Metrics }

const READS_AT_ONCE = 8
/** What the bus did not take is offered again after this. */
const RETRY_MS = 5_000

/**
 * Publishes the state changes of these that were not surely published yet, then marks what was taken. A change that was
 * taken and could not be marked goes out again, the same to the letter.
 */
export const publishBatches = async (batches: readonly Batch[], deps: PublishDeps): Promise<void> => {
  const { ledger, bus, clock, pace, log, metrics } = deps
  const pending = batches.filter((batch) => isPublic(batch) && batch.published < batch.sequence)
  const told = async (batch: Batch) => ({ batch, changes: jobChanges(batch, await outcomes(batch, ledger)) })
  const failed = (error: unknown) => log.error('a batch could not be published', { error })
  const itself = (batch: Batch) => batch
  const due = await mapEach(pending, READS_AT_ONCE, told, failed, itself)
  const notTaken = await bus.publish(due.flatMap(({ changes }) => changes))

  let index = 0
  const taken = due.map(({ changes }) => !changes.map(() => index++).some((part) => notTaken.has(part)))
  const retryAt = clock.now() + pace(RETRY_MS)
  const marked = due.map(({ batch }, i) => (taken[i] ? publishedBatch(batch) : offeredAgain(batch, retryAt)))
  const mark = async (batch: Batch): Promise<void> => {
    const isOurs = await ledger.saveBatch(batch)
    // An end is marked as published once, and however it came about.
    if (isOurs && isEnded(batch) && batch.published === batch.sequence) countNodes(batch, metrics)
  }
  await mapEach(marked, READS_AT_ONCE, mark, failed, itself)
}

/** A running batch is looked at, and its change offered, again anyway. */
const offeredAgain = (batch: Batch, dueAt: number): Batch => become(batch, isEnded(batch) ? { ...batch, dueAt } : batch)

const outcomes = async (batch: Batch, ledger: Ledger) => {
  if (!isEnded(batch)) return []
  const { operationId, batchId } = batch
  const nodeIds = await ledger.nodeIds(operationId, batchId)
  return outcomesOf(batch, nodeIds, batch.outcome === null ? await ledger.results(operationId, batchId) : new Map())
}

const publishedBatch = (batch: Batch): Batch => {
  const changes = { published: batch.sequence }
  if (!isEnded(batch)) return become(batch, batch, changes)
  const { dueAt: _, ...state } = batch
  return become(batch, state, changes)
}

/** Publishes an operation's state, if that was not surely done, and answers the operation as it is then written. */
export const publishOperation = async (
  operation: Operation,
  { ledger, bus, clock, pace }: PublishDeps,
): Promise<Operation> => {
  if (operation.status === 'PLANNING' || operation.published >= operation.sequence) return operation
  const notTaken = await bus.publish([operationChange(operation)])
  const taken = notTaken.size === 0
  const openDueAt = taken && hasEnded(operation) ? undefined : operation.dueAt
  const next: Operation = {
    ...operation,
    version: operation.version + 1,
    published: taken ? operation.sequence : operation.published,
    dueAt: taken ? openDueAt : clock.now() + pace(RETRY_MS),
  }
  return (await ledger.saveOperation(next)) ? next : operation
}
