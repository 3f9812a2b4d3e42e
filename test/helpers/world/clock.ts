import { T0 } from '../builders.ts'

/** A clock for a whole world: it moves when somebody sleeps, and when the test says so. */
export const virtualClock = (start = T0) => {
  let now = start
  return {
    now: () => now,
    sleep: async (ms: number) => {
      now += ms
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
