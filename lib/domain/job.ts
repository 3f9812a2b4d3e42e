import type { FinalOutcome } from './outcome.ts'

/** What the provider says of one node of a job. */
export type NodeReport = {
  nodeId: string
  outcome: Extract<FinalOutcome, 'succeeded' | 'failed' | 'unknown'>
  code: string | null
  reason: string | null
  jobId?: string
}

/** What is said of the nodes that a finished job does not name. */
export type Remainder = Omit<NodeReport, 'nodeId' | 'jobId'>

/**
 * One look at a batch's job or jobs.
 *
 * - running: not over; `nodes` are those that already are; `memo` is handed back at the next look
 * - ended: over; nodes that it does not name get `rest`; `endedAt` where the provider says when (ms, by its clock)
 * - gone: the provider does not know the job (yet, or any more)
 * - unreadable: the look itself failed and says nothing of the job; `auth`: the credential was refused
 */
export type JobReport =
  | { kind: 'running'; nodes: readonly NodeReport[]; memo?: string }
  | { kind: 'ended'; nodes: readonly NodeReport[]; rest: Remainder; endedAt?: number }
  | { kind: 'gone'; code: string; reason: string }
  | { kind: 'unreadable'; code: string; reason: string; waitMs: number | null; auth: boolean }
