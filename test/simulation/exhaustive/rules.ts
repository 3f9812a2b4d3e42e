import type { Rules } from '../../../lib/domain/rules.ts'

/** Time passes in steps of this length; every duration of the model falls on them, so that there are finitely many moments. */
export const STEP_MS = 5_000
export const GRACE_MS = 4 * STEP_MS
export const LEASE_MS = 3 * STEP_MS
export const LATEST_SEND_MS = 4_000
export const RESEND_MS = 5_000
/** The rules that the model goes by, unless it is told others. */
export const modelRules: Rules = {
  timing: {
    expectedMs: 2 * STEP_MS,
    spread: 0.35,
    // Looks at a steady pace: where the end is likely makes no difference here.
    pollPriceMs: Number.MAX_SAFE_INTEGER,
    maxPollGapMs: 2 * STEP_MS,
    firstPollMs: 2 * STEP_MS,
    pollGridMs: 0,
    deadlineMs: 4 * STEP_MS,
    graceMs: GRACE_MS,
    visibilityMs: 0,
    traceMs: null,
  },
  // A second or less is nothing, an hour or more is twelve steps, the rest one.
  pace: (ms) => (ms <= 1_000 ? 0 : ms >= 3_600_000 ? 12 * STEP_MS : STEP_MS),
}
