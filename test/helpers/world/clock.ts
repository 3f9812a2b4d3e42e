import { T0 } from '../builders.ts'

const tick = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

/** A clock for a whole world: it moves when somebody sleeps, and when the test says so. */
export const virtualClock = (start = T0) => {
  let now = start
  const sleepers = new Set<{ at: number }>()
  return {
    now: () => now,
    /** Of several who sleep the earliest wakes, and nobody while `isBusy` says that somebody is at work. */
    sleep: async (ms: number, isBusy = () => false): Promise<void> => {
      const me = { at: now + ms }
      sleepers.add(me)
      do await tick()
      while (isBusy() || [...sleepers].some(({ at }) => at < me.at))
      sleepers.delete(me)
      now = Math.max(now, me.at)
    },
    advance: (ms: number) => {
      now += ms
    },
    /** Never goes back. */
    advanceTo: (at: number) => {
      now = Math.max(now, Math.ceil(at))
    },
  }
}

export type VirtualClock = ReturnType<typeof virtualClock>
