import { type Batch, become } from './batch.ts'
import { endAlike } from './result.ts'
import type { Rules } from './rules.ts'

/**
 * What a worker that was handed a batch may do with it: `submit` it (once the claim is written), leave it alone because
 * it is not waiting any more, or end it because its time has passed.
 */
export type Claim = { kind: 'submit'; batch: Batch } | { kind: 'end'; batch: Batch } | { kind: 'leave' }

/** Decides on a batch that a message names. `leaseMs`: how long the call can take at most, until it counts as lost. */
export const claim = (batch: Batch, now: number, leaseMs: number, { timing }: Rules): Claim => {
  if (batch.state !== 'PLANNED' && batch.state !== 'QUEUED') return { kind: 'leave' }

  if (batch.notAfter !== null && now > batch.notAfter) {
    const cause = { code: 'Expired', reason: `not submitted before ${new Date(batch.notAfter).toISOString()}` }
    return { kind: 'end', batch: become(batch, endAlike(batch.nodes, 'SKIPPED', 'skipped', cause, [], now)) }
  }
  if (batch.firstTriedAt !== null && now > batch.firstTriedAt + timing.deadlineMs) {
    const said = batch.state === 'QUEUED' ? batch : undefined
    const cause = {
      code: said?.code ?? 'NotSent',
      reason: `given up, surely not applied: ${said?.reason ?? 'never accepted'}`,
    }
    return { kind: 'end', batch: become(batch, endAlike(batch.nodes, 'FAILED', 'failed', cause, [], now)) }
  }
  return {
    kind: 'submit',
    batch: become(
      batch,
      { state: 'SUBMITTING', dueAt: now + leaseMs, claimedAt: now },
      { attempt: batch.attempt + 1, firstTriedAt: batch.firstTriedAt ?? now },
    ),
  }
}

/** A batch that may go at `at` and not before: it waits, which is not a failure. */
export const postpone = (batch: Batch, at: number, code: string, reason: string): Batch =>
  become(batch, { state: 'QUEUED', dueAt: at, code, reason })

/** A batch that a person no longer wants: only one that was surely not submitted can be taken back. */
export const cancel = (batch: Batch, now: number): Batch | undefined => {
  if (batch.state !== 'PLANNED' && batch.state !== 'QUEUED') return undefined
  const cause = { code: 'Cancelled', reason: 'cancelled before it was submitted' }
  return become(batch, endAlike(batch.nodes, 'CANCELLED', 'skipped', cause, [], now))
}
