import { withLogIds } from '../../lib/lambda/log-ids.ts'
import { failed, type PollDeps } from './pass.ts'
import { pollOnce } from './poll-once.ts'
import type { Schedule } from './schedule.ts'

/** Of a pass: few enough that it comes to its looks soon, even if every poller dies within its minute. */
const AT_ONCE = 32

/**
 * Passes over what is due, those of each provider one after the other and beside those of all others: a cloud that does not
 * answer holds up nothing but what is its own.
 *
 * @param mayLook whether there is time to begin a look at a cloud
 */
export const createLanes = (schedule: Schedule, deps: PollDeps, mayLook: () => boolean) => {
  const busy = new Map<string, Promise<void>>()
  let passes = 0
  return {
    /** Begins a pass for every provider that has something due and none under way. */
    begin: (now: number): void => {
      for (const [provider, due] of Map.groupBy(schedule.dueBy(now), (one) => one.provider)) {
        if (busy.has(provider)) continue
        passes += 1
        const work = () => pollOnce(due.slice(0, AT_ONCE), schedule, deps, mayLook).catch(failed(deps, 'a pass failed'))
        const pass = withLogIds({ provider }, work).finally(() => {
          busy.delete(provider)
          deps.metrics.flush()
        })
        busy.set(provider, pass)
      }
    },
    isBusy: (): boolean => busy.size > 0,
    /** Resolves when no pass is under way. */
    idle: async (): Promise<void> => {
      await Promise.all(busy.values())
    },
    passes: (): number => passes,
  }
}
