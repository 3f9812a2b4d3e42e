import type { Counts, FinalOutcome } from './outcome.ts'
import type { WhenHeld } from './request.ts'
import type { Work } from './work.ts'

/**
 * A batch: the nodes of one provider call, and how far that call is. Its states and their fields are one union, so that
 * a field exists only where it means something. All times are ms since the epoch. `dueAt` is when the poller must look
 * at it next; a batch without it asks for nothing.
 *
 * ```
 * PLANNED → QUEUED → SUBMITTING → RUNNING → SUCCEEDED | PARTIAL | FAILED
 *                        │            └───→ TIMED_OUT
 *                        ├→ QUEUED            surely not sent, or throttled
 *                        ├→ FAILED            rejected        ├→ SPLIT   into batches of its own nodes
 *                        └→ OUTCOME_UNKNOWN → RUNNING | SUCCEEDED | QUEUED | SPLIT | NEEDS_ATTENTION
 * PLANNED | QUEUED → CANCELLED · SKIPPED · SPLIT
 * ```
 */
export type Batch = BatchIdentity & BatchState

export type BatchIdentity = Work & {
  operationId: string
  batchId: string
  wave: number
  /** How many nodes; their ids are in an item of their own, written once. */
  nodes: number
  createdAt: number
  /** Not submitted after this; null for no such time. */
  notAfter: number | null
  /** Optimistic lock: rises with every write. */
  version: number
  /** Rises with every change of state; with the batch id it makes an event's id. */
  sequence: number
  /** The `sequence` whose event was surely published. */
  published: number
  /** How often it was claimed for submission. */
  attempt: number
  /** When it was first claimed: from here on, refusals to take it now are borne only so long. */
  firstTriedAt: number | null
  /** What becomes of its nodes that another operation holds. */
  whenHeld: WhenHeld
}

export type BatchState = Planned | Queued | Submitting | Running | OutcomeUnknown | Split | Ended

type Planned = { state: 'PLANNED'; dueAt?: undefined }

/**
 * A message is on its way, or is to be sent (again) at `dueAt`. `notBefore`: it waits until then (for the provider, for its
 * turn), and a late message must not cut that short.
 */
export type Queued = {
  state: 'QUEUED'
  dueAt: number
  notBefore: number | null
  code: string | null
  reason: string | null
}

/**
 * One worker may be calling the provider now; if it is not heard of by `lostAt`, nobody knows what came of it. It stays due as
 * it was, so that the claim of a batch that waited costs the index of what is due nothing.
 */
type Submitting = { state: 'SUBMITTING'; dueAt: number; claimedAt: number; lostAt: number }

type Running = {
  state: 'RUNNING'
  dueAt: number
  jobIds: readonly string[]
  submittedAt: number
  deadline: number
  counts: Counts
  /** What the provider asked to be told at the next look. */
  memo: string | null
  /** Looks that failed, in a row. */
  misses: number
  /** The last look that was answered did not find the job. */
  gone: boolean
}

type OutcomeUnknown = {
  state: 'OUTCOME_UNKNOWN'
  dueAt: number
  /** The call was made, if at all, between these two. */
  sentAt: number
  settledAt: number
  deadline: number
  code: string
  reason: string
  misses: number
  /** When the provider was last looked at, and the longest time between two looks since `sentAt`. */
  lastLookAt: number | null
  longestGapMs: number
  /** Nodes that the last look found applied, and untouched; and the look, ms, that found other numbers than the one before. */
  applied: number
  untouched: number
  changedAt: number | null
}

/** Its nodes went into batches of their own; until those are surely written, it is due. */
type Split = { state: 'SPLIT'; dueAt?: number; parts: readonly Part[] }

/** One part of a split batch: which of its nodes (indices), and the state they start in. */
export type Part = { nodes: readonly number[]; state: Planned | Queued | Running | Ended }

export type Ended = {
  state: 'SUCCEEDED' | 'PARTIAL' | 'FAILED' | 'TIMED_OUT' | 'NEEDS_ATTENTION' | 'CANCELLED' | 'SKIPPED'
  endedAt: number
  jobIds: readonly string[]
  counts: Counts
  /** The one outcome of all its nodes, for `code` and `reason`; null when they differ and are in the results item. */
  outcome: FinalOutcome | null
  code: string | null
  reason: string | null
  /** Set until its event was published. */
  dueAt?: number
}

const ENDED: ReadonlySet<Batch['state']> = new Set([
  'SUCCEEDED',
  'PARTIAL',
  'FAILED',
  'TIMED_OUT',
  'NEEDS_ATTENTION',
  'CANCELLED',
  'SKIPPED',
] satisfies Ended['state'][])

export const isEnded = (batch: Batch): batch is BatchIdentity & Ended => ENDED.has(batch.state)

export const identityOf = (batch: Batch): BatchIdentity => ({
  provider: batch.provider,
  action: batch.action,
  target: batch.target,
  options: batch.options,
  operationId: batch.operationId,
  batchId: batch.batchId,
  wave: batch.wave,
  nodes: batch.nodes,
  createdAt: batch.createdAt,
  notAfter: batch.notAfter,
  version: batch.version,
  sequence: batch.sequence,
  published: batch.published,
  attempt: batch.attempt,
  firstTriedAt: batch.firstTriedAt,
  whenHeld: batch.whenHeld,
})

/** The batch in its next state: the version rises always, the sequence only with another state. */
export const become = (batch: Batch, state: BatchState, changes: Partial<BatchIdentity> = {}): Batch => ({
  ...state,
  ...identityOf(batch),
  ...changes,
  version: batch.version + 1,
  sequence: batch.sequence + (state.state === batch.state ? 0 : 1),
})
