/**
 * How long a job was over before we knew it, ms. Its end is by the provider's clock, which may be wrong: it counts as no
 * later than our knowing and no earlier than the submission. All times are ms since the epoch.
 */
export const detectionDelayMs = (endedAt: number, submittedAt: number, knownAt: number): number =>
  knownAt - Math.min(knownAt, Math.max(submittedAt, endedAt))
