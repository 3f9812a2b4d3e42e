import type { Timing } from './manifest.ts'
import type { Pace } from './pace.ts'

/** What the decisions about a batch go by: its action's timing, and the pace of this stack. */
export type Rules = { timing: Timing; pace: Pace }

const FIRST_WAIT_MS = 1_000
const LONGEST_WAIT_MS = 60_000

/** Wait before the next try after `attempt` tries that surely had no effect, ms: 1 s, doubling to a minute. */
export const backOffMs = (attempt: number, pace: Pace): number =>
  pace(Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** Math.max(0, attempt - 1)))
