import { type Batch, become, type Part, type Queued } from './batch.ts'
import { countResults, tidyCode, tidyReason } from './outcome.ts'
import { nextPollAt } from './poll-time.ts'
import { endAlike } from './result.ts'
import { backOffMs, type Rules } from './rules.ts'
import { halves, split } from './split.ts'
import type { Division, Submission } from './submission.ts'

/** Of a call on up to a thousand nodes a provider names one job, or a few: a longer list fits into no row and no event. */
const MOST_JOBS = 100

/**
 * The batch after its call to the provider was answered, or was not (architecture.md, section 4).
 *
 * @param sentAt when the call began, ms
 */
export const submitted = (batch: Batch, submission: Submission, sentAt: number, now: number, rules: Rules): Batch => {
  const { nodes } = batch
  switch (submission.kind) {
    case 'accepted':
      return become(batch, {
        state: 'RUNNING',
        dueAt: nextPollAt(now, sentAt, rules.timing, nodes),
        jobIds: submission.jobIds.slice(0, MOST_JOBS),
        submittedAt: sentAt,
        deadline: now + rules.timing.deadlineMs,
        counts: countResults(nodes, [], 'running'),
        memo: null,
        misses: 0,
        gone: false,
      })
    case 'achieved':
    case 'rejected': {
      const { kind, code, reason, perNode } = submission
      if (perNode && nodes > 1 && isInTime(batch, now, rules))
        return split(batch, halves(nodes, waiting(submission, now, null)), now)
      // Of which node it is true was not found out: of the others it is not.
      return kind === 'achieved' && (nodes === 1 || !perNode)
        ? become(batch, endAlike(nodes, 'SUCCEEDED', 'succeeded', { code, reason }, [], now))
        : become(batch, endAlike(nodes, 'FAILED', 'failed', { code, reason }, [], now))
    }
    case 'divided':
      return split(
        batch,
        submission.parts.map((part) => ({ nodes: part.nodes, state: stateOf(part, batch, now, rules) })),
        now,
      )
    case 'throttled':
    case 'not-sent':
      return become(batch, later(submission, batch, now, rules))
    case 'ambiguous':
      return lost(batch, submission, sentAt, now, now, rules)
  }
}

/** To look for one bad node takes a call for each half: no longer than any batch may be tried. */
const isInTime = ({ firstTriedAt }: Batch, now: number, { timing }: Rules): boolean =>
  firstTriedAt === null || now <= firstTriedAt + timing.deadlineMs

const stateOf = ({ nodes, submission }: Division, batch: Batch, now: number, rules: Rules): Part['state'] => {
  const { kind, code, reason } = submission
  if (kind === 'achieved') return endAlike(nodes.length, 'SUCCEEDED', 'succeeded', { code, reason }, [], now)
  return kind === 'throttled' ? later(submission, batch, now, rules) : waiting(submission, now, null)
}

/** What the provider asks for is the least: who is always told "at once" must not ask for an hour. */
const later = (
  submission: Extract<Submission, { kind: 'throttled' | 'not-sent' }>,
  { attempt }: Batch,
  now: number,
  { pace }: Rules,
): Queued => {
  const asked = submission.kind === 'throttled' ? pace(submission.waitMs) : (submission.waitMs ?? 0)
  const at = now + Math.max(asked, backOffMs(attempt, pace))
  return waiting(submission, at, at)
}

const waiting = (
  { code, reason }: { code: string; reason: string },
  dueAt: number,
  notBefore: number | null,
): Queued => ({
  state: 'QUEUED',
  dueAt,
  notBefore,
  code: tidyCode(code),
  reason: tidyReason(reason),
})

/** A batch of which nobody knows whether its call, made if at all between `sentAt` and `settledAt`, was applied. */
export const lost = (
  batch: Batch,
  { code, reason }: { code: string; reason: string },
  sentAt: number,
  settledAt: number,
  now: number,
  { timing }: Rules,
): Batch =>
  become(batch, {
    state: 'OUTCOME_UNKNOWN',
    dueAt: now,
    sentAt,
    settledAt,
    deadline: settledAt + timing.graceMs + timing.deadlineMs,
    code: tidyCode(code) ?? 'Unknown',
    reason: tidyReason(reason) ?? 'no reason was given',
    misses: 0,
    lastLookAt: null,
    longestGapMs: 0,
    applied: 0,
    untouched: batch.nodes,
    changedAt: null,
  })

/** A worker that claimed the batch was not heard of within its lease: it may have called at any moment of it. */
export const leaseLost = (batch: Batch, now: number, rules: Rules): Batch => {
  if (batch.state !== 'SUBMITTING') return batch
  const cause = { code: 'WorkerLost', reason: 'the worker that claimed the batch was not heard of again' }
  return lost(batch, cause, batch.claimedAt, batch.lostAt, now, rules)
}
