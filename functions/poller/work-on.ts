import type { Due } from '../../lib/domain/ports.ts'
import { pollOnce, type PollDeps } from './poll-once.ts'

const DUE_AT_ONCE = 200

/** How far a look at the ledger sees ahead: so far that it is not asked all the time, so short that others' work is soon seen. */
const HORIZON_MS = 5_000
const STAND_BY_MS = 1_000
const SHORTEST_NAP_MS = 20
const PASS_NAP_MS = 100
const STUCK_NAP_MS = 1_000
const LEASE = 'poller'
/** A poller that died is missed for this long at most; one that works renews its lease in time. */
const LEASE_MS = 15_000
const SHORTEST_LEASE_MS = 2_000

/**
 * Works on what is due until `until` (ms) and stops at once when nothing is open. One poller works at a time: another one
 * stands by and goes on where that one ends or dies. Should two work all the same, conditional writes keep them apart.
 *
 * @returns how many passes had something to do
 */
export const workOn = async (holder: string, until: number, deps: PollDeps): Promise<number> => {
  const { ledger, clock, pace, log, metrics } = deps
  const leaseMs = Math.max(pace(LEASE_MS), SHORTEST_LEASE_MS)
  let heldUntil = 0
  let passes = 0
  let before = ''
  try {
    while (clock.now() < until) {
      if (heldUntil - clock.now() < leaseMs / 2) {
        const leaseEnd = clock.now() + leaseMs
        if (!(await ledger.acquire(LEASE, holder, clock.now(), leaseEnd))) {
          await clock.sleep(Math.max(pace(STAND_BY_MS), SHORTEST_NAP_MS))
          continue
        }
        heldUntil = leaseEnd
      }
      const now = clock.now()
      const soon = await ledger.due(now + pace(HORIZON_MS), DUE_AT_ONCE)
      if (soon.unreadable.length > 0) log.error('the ledger holds what cannot be read', { keys: soon.unreadable })
      const due = dueBy(now, soon)
      if (due.operations.length + due.batches.length > 0) {
        await pollOnce(due, deps).catch((error: unknown) => log.error('a pass failed', { error }))
        passes += 1
        metrics.flush()
        // What could not be worked on is still due, as it was: it must not keep the poller running in circles.
        const versions = versionsOf(due)
        await clock.sleep(Math.max(pace(versions === before ? STUCK_NAP_MS : PASS_NAP_MS), SHORTEST_NAP_MS))
        before = versions
        continue
      }
      const next = firstOf(soon) ?? (await ledger.nextDueAt())
      if (next === null) break
      // What is overdue now is what cannot be read.
      const nap = Math.min(next > now ? next - now : Infinity, pace(HORIZON_MS), until - now)
      await clock.sleep(Math.max(nap, SHORTEST_NAP_MS))
    }
  } finally {
    await ledger.release(LEASE, holder)
  }
  return passes
}

type Dated = { dueAt?: number | undefined }

const dueBy = (now: number, { operations, batches }: Due): Due => {
  const isDue = ({ dueAt = Infinity }: Dated) => dueAt <= now
  return { operations: operations.filter(isDue), batches: batches.filter(isDue), unreadable: [] }
}

const versionsOf = ({ operations, batches }: Due): string =>
  [
    ...operations.map(({ operationId, version }) => [operationId, version]),
    ...batches.map(({ batchId, version }) => [batchId, version]),
  ].join(' ')

const firstOf = ({ operations, batches }: Due): number | undefined => {
  const times = [...operations, ...batches].map(({ dueAt = Infinity }: Dated) => dueAt)
  return times.length === 0 ? undefined : Math.min(...times)
}
