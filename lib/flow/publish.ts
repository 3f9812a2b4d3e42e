import { type Batch, become, isEnded } from '../domain/batch.ts'
import { isPublic, jobChanges, operationChange } from '../domain/events.ts'
import type { Log } from '../domain/log.ts'
import { countNodes, type Metrics } from '../domain/metrics.ts'
import { hasEnded, type Operation } from '../domain/operation.ts'
import type { Pace } from '../domain/pace.ts'
import type { Bus, Clock, Ledger } from '../domain/ports.ts'
import { outcomesOf } from '../domain/result.ts'
import { mapEach } from './map-each.ts'

export type PublishDeps = { ledger: Ledger; bus: Bus; clock: Clock; pace: Pace; log: Log; metrics: Metrics }

const READS_AT_ONCE = 8
/** What the bus did not take is offered again after this. */
export const RETRY_PUBLISH_MS = 5_000

/**
 * Publishes the present state of these, where that was not surely done yet; answers those of which it surely is now. A
 * change that was taken and could not be marked goes out again, the same to the letter.
 */
export const publishBatches = async <B extends Batch>(
  batches: readonly B[],
  { ledger, bus, log }: PublishDeps,
): Promise<ReadonlySet<B>> => {
  const pending = batches.filter((batch) => isPublic(batch) && batch.published < batch.sequence)
  const told = async (batch: B) => ({ batch, changes: jobChanges(batch, await outcomes(batch, ledger)) })
  const failed = (error: unknown) => log.error('a batch could not be published', { error })
  const due = await mapEach(pending, READS_AT_ONCE, told, failed, (batch) => batch)
  const changes = due.flatMap((one) => one.changes)
  const notTaken = changes.length === 0 ? new Set<number>() : await bus.publish(changes)

  let index = 0
  const taken = due.filter((one) => !one.changes.map(() => index++).some((part) => notTaken.has(part)))
  const before = batches.filter(({ published, sequence }) => published >= sequence)
  return new Set([...before, ...taken.map(({ batch }) => batch)])
}

/** Writes that the batch was published; one that has ended asks for nothing any more. Undefined when somebody else was first. */
export const markPublished = async (
  batch: Batch,
  { ledger, metrics }: Pick<PublishDeps, 'ledger' | 'metrics'>,
): Promise<Batch | undefined> => {
  const next = publishedBatch(batch)
  if (!(await ledger.saveBatch(next))) return undefined
  // An end is marked as published once, and however it came about.
  if (isEnded(next)) countNodes(next, metrics)
  return next
}

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
    dueAt: taken ? openDueAt : clock.now() + pace(RETRY_PUBLISH_MS),
  }
  return (await ledger.saveOperation(next)) ? next : operation
}
