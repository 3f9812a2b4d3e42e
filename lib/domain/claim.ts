import { type Batch, become } from './batch.ts'
import { endAlike } from './result.ts'
import type { Rules } from './rules.ts'

/**
 * What a worker that was handed a batch may do with it: `submit` it (once the claim is written), leave it alone because
 * it is not waiting any more, or end it because its time has passed.
 */
export type Claim = { kind: 'submit'; batch: Batch } | { kind: 'end'; batch: Batch } | { kind: 'leave' }

/** Decides on a batch that a message names. `leaseMs`: how long the call can take at most, until it counts as lost. */
export const claim = (batch: Batch, now: number, leaseMs: number, rules: Rules): Claim => {
  if (batch.state !== 'PLANNED' && batch.state !== 'QUEUED') return { kind: 'leave' }
  const ended = expired(batch, now, rules)
  if (ended !== undefined) return { kind: 'end', batch: ended }
  // A message that was delivered late or twice: the poller sends another one in time. Clocks differ a little.
  const early =
    batch.state === 'QUEUED' && batch.notBefore !== null && now + rules.pace(CLOCK_SLACK_MS) < batch.notBefore
  if (early) return { kind: 'leave' }
  const lostAt = now + leaseMs
  return {
    kind: 'submit',
    batch: become(
      batch,
      { state: 'SUBMITTING', dueAt: Math.min(batch.dueAt ?? lostAt, lostAt), claimedAt: now, lostAt },
      { attempt: batch.attempt + 1, firstTriedAt: batch.firstTriedAt ?? now },
    ),
  }
}

const CLOCK_SLACK_MS = 1_000
/** A batch that no worker has ever claimed is given up after this: its workers are broken. */
const UNCLAIMED_MS = 86_400_000

/** However short the deadline: waiting for one grace time or one Retry-After must not use up all the tries. */
const FEWEST_TRIES = 3

/** A batch that is not submitted by its time is not submitted at all. */
export const skipLate = (batch: Batch, notAfter: number, now: number): Batch => {
  const cause = { code: 'Expired', reason: `not submitted before ${new Date(notAfter).toISOString()}` }
  return become(batch, endAlike(batch.nodes, 'SKIPPED', 'skipped', cause, [], now))
}

/** The end of a batch that waits to be submitted and must not any more; undefined while it may. */
export const expired = (batch: Batch, now: number, { timing, pace }: Rules): Batch | undefined => {
  if (batch.state !== 'PLANNED' && batch.state !== 'QUEUED') return undefined
  if (batch.notAfter !== null && now > batch.notAfter) return skipLate(batch, batch.notAfter, now)

  const said = batch.state === 'QUEUED' ? batch : undefined
  const waitedFrom = Math.max(batch.createdAt, said?.notBefore ?? 0)
  const givenUp =
    batch.firstTriedAt === null
      ? now > waitedFrom + pace(UNCLAIMED_MS)
      : batch.attempt >= FEWEST_TRIES && now > batch.firstTriedAt + timing.deadlineMs
  if (!givenUp) return undefined
  const cause = {
    code: said?.code ?? 'NotSent',
    reason: `given up, surely not applied: ${said?.reason ?? 'never accepted'}`,
  }
  return become(batch, endAlike(batch.nodes, 'FAILED', 'failed', cause, [], now))
}

/** A batch whose turn comes at `at`: waiting for that is no failure, and does not count as trying. */
export const postpone = (batch: Batch, at: number, now: number, code: string, reason: string): Batch =>
  become(
    batch,
    { state: 'QUEUED', dueAt: at, notBefore: at, code, reason },
    { firstTriedAt: batch.firstTriedAt === null ? null : batch.firstTriedAt + (at - now) },
  )

/** A batch that a person no longer wants: only one that was surely not submitted can be taken back. */
export const cancel = (batch: Batch, now: number): Batch | undefined => {
  if (batch.state !== 'PLANNED' && batch.state !== 'QUEUED') return undefined
  const cause = { code: 'Cancelled', reason: 'cancelled before it was submitted' }
  return become(batch, endAlike(batch.nodes, 'CANCELLED', 'skipped', cause, [], now))
}
