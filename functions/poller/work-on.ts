import { createLanes } from './lanes.ts'
import type { PollDeps } from './pass.ts'
import { createSchedule } from './schedule.ts'

/** What is open is read from the ledger this often: so rarely that it costs little, so often that others' work is soon seen. */
const READ_MS = 6_000
/**
 * So many rows are read beyond twice those that are known: what was put off stands before what is not, and must not hide it.
 * Rows that are not there cost nothing.
 */
const READ_MORE = 1_000
const SHORTEST_NAP_MS = 20
const PASS_NAP_MS = 100
/** How long one stands by, in terms: so long that it sees the end of one that began at the same time. */
const STAND_BY = 1.1
const LEASE = 'poller'
/** A poller that died is missed for this long at most; one that works renews its lease once in a term of a minute. */
const LEASE_MS = 36_000
const SHORTEST_LEASE_MS = 2_000
/** What of a lease is left when it is renewed. */
const RENEWED_AT = 0.2

/**
 * Works on what is due for `termMs` and stops at once when nothing is open. One poller works at a time: another one stands by
 * for about as long, and has a term of its own when that one ends or dies. Should two work all the same, conditional writes
 * keep them apart.
 *
 * @returns how many passes had something to do
 */
export const workOn = async (holder: string, termMs: number, deps: PollDeps): Promise<number> => {
  const { ledger, clock, pace } = deps
  const leaseMs = Math.max(pace(LEASE_MS), SHORTEST_LEASE_MS)
  const schedule = createSchedule()
  const nap = (ms: number) => clock.sleep(Math.max(ms, SHORTEST_NAP_MS))
  let until = clock.now() + termMs * STAND_BY
  // Who loses the lease and gets it again has no second term: the function's time is that of one, and of standing by.
  const latest = until + termMs
  const lanes = createLanes(schedule, deps, () => clock.now() < until)
  let heldUntil = 0
  let readAt = -Infinity
  try {
    while (clock.now() < until) {
      const now = clock.now()
      if (heldUntil < Math.min(now + leaseMs * RENEWED_AT, until)) {
        const end = heldUntil === 0 ? Math.min(now + termMs, latest) : until
        heldUntil = Math.min(now + leaseMs, end)
        if (!(await ledger.acquire(LEASE, holder, now, heldUntil))) {
          heldUntil = 0
          // Whoever holds it gives it back, or renews it in time, or is dead by then.
          await nap(Math.min(await ledger.heldUntil(LEASE), until) - clock.now())
          continue
        }
        until = end
      }
      const readNow = clock.now() >= readAt + pace(READ_MS)
      if (readNow) {
        readAt = clock.now()
        const most = 2 * schedule.size() + READ_MORE
        const agenda = await ledger.agenda(most)
        schedule.see(agenda, agenda.length < most)
      }
      lanes.begin(clock.now())
      if (lanes.isBusy()) {
        await nap(pace(PASS_NAP_MS))
        continue
      }
      const next = schedule.nextAt()
      if (next === null && readNow) break
      // Nothing is known to be open: the ledger is asked once more.
      if (next === null) readAt = -Infinity
      else await nap(Math.min(next, readAt + pace(READ_MS), until) - clock.now())
    }
  } finally {
    try {
      // Another one may go on while a slow cloud's last looks end. A whole term's lease ends with it.
      if (clock.now() < heldUntil) await ledger.release(LEASE, holder)
    } finally {
      await lanes.idle()
    }
  }
  return lanes.passes()
}
