import { type Batch, isEnded } from './batch.ts'
import { addCounts, type Counts, noCounts } from './outcome.ts'
import type { Rollout } from './request.ts'
import type { Work } from './work.ts'

/** Where a request came from. */
export type Trigger = 'http' | 'schedule' | 'alarm' | 'event' | 'cli'

/**
 * One request and how it is doing. Its nodes are in its batches. All times are ms since the epoch.
 *
 * `PLANNING`: its batches are being written; it is not accepted yet, nothing is sent for it and nobody sees it.
 */
export type Operation = Work & {
  operationId: string
  status: 'PLANNING' | 'RUNNING' | EndStatus
  trigger: Trigger
  /** Who asked, as the platform knows them. */
  principal: string | null
  idempotencyKey: string | null
  requestHash: string
  planHash: string
  rollout: Rollout
  reason: string | null
  notAfter: string | null
  /** The operation whose failed nodes this one tries again. */
  retryOf: string | null
  batches: number
  /** Counts when it was last looked at; exact once it has ended. */
  counts: Counts
  createdAt: number
  endedAt: number | null
  /** When a person asked for what was not submitted yet to be left. */
  cancelledAt: number | null
  version: number
  sequence: number
  published: number
  /** When the poller must look at it next. */
  dueAt?: number | undefined
}

export type EndStatus = 'SUCCEEDED' | 'PARTIAL' | 'FAILED' | 'CANCELLED' | 'NEEDS_ATTENTION'

export const hasEnded = (operation: Operation): boolean =>
  operation.status !== 'PLANNING' && operation.status !== 'RUNNING'

/** The nodes of one batch by outcome, as it is now. */
export const countsOf = (batch: Batch): Counts => {
  if (isEnded(batch) || batch.state === 'RUNNING') return batch.counts
  if (batch.state === 'SPLIT') return noCounts
  const open = batch.state === 'PLANNED' || batch.state === 'QUEUED' ? 'pending' : 'running'
  return { ...noCounts, total: batch.nodes, [open]: batch.nodes }
}

export const countBatches = (batches: readonly Batch[]): Counts =>
  batches.reduce((sum, batch) => addCounts(sum, countsOf(batch)), noCounts)

/** An operation's end, from how its nodes ended. One of unknown outcome outweighs all: somebody must look. */
export const endStatus = (counts: Counts, cancelled: boolean): EndStatus => {
  if (counts.unknown > 0) return 'NEEDS_ATTENTION'
  if (cancelled && counts.skipped > 0) return 'CANCELLED'
  if (counts.succeeded === counts.total) return 'SUCCEEDED'
  return counts.succeeded === 0 ? 'FAILED' : 'PARTIAL'
}

/**
 * The operation after a look at all its batches: ended once every one of them is.
 *
 * @param nextLookAt when it is looked at again, should nobody do so before
 */
export const settled = (
  operation: Operation,
  batches: readonly Batch[],
  now: number,
  nextLookAt: number,
): Operation => {
  if (operation.status !== 'RUNNING') return operation
  const counts = countBatches(batches)
  const next = { ...operation, counts, version: operation.version + 1 }
  // Parts of a split batch that are not written yet are missing from the sum: then it is not the whole.
  const { total } = operation.counts
  const missing = Math.max(0, total - counts.total)
  if (missing > 0 || batches.some((b) => !isEnded(b) && b.state !== 'SPLIT')) {
    return { ...next, counts: { ...counts, total, pending: counts.pending + missing }, dueAt: nextLookAt }
  }
  return {
    ...next,
    status: endStatus(counts, operation.cancelledAt !== null),
    endedAt: now,
    dueAt: now,
    sequence: operation.sequence + 1,
  }
}

/** The operation once all its batches are written: from now on it is carried out, by others from `dueAt` on. */
export const accepted = (operation: Operation, dueAt: number): Operation => ({
  ...operation,
  status: 'RUNNING',
  dueAt,
  version: operation.version + 1,
  sequence: operation.sequence + 1,
})
