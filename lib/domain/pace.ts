import type { ActionManifest, Manifest, RateLimit, Timing } from './manifest.ts'

/** Turns a duration of the documents (ms) into one of this stack (ms). In a deployment they are the same. */
export type Pace = (ms: number) => number

/** A local stack may run `scale` times faster, and may set its own grace time and deadline (real ms, not scaled). */
export type PaceSettings = { scale: number; graceMs?: number | undefined; deadlineMs?: number | undefined }

export const paceOf =
  ({ scale }: PaceSettings): Pace =>
  (ms) =>
    ms / scale

/**
 * However fast the stack, a call may still be on its way for so long (real ms): a machine that is held up is so in real
 * time, and what comes late must not meet a second call.
 */
const SHORTEST_GRACE_MS = 5_000

/**
 * For the same reason looks that are so far apart (real ms) count as close: what a simulated cloud was put through in between
 * stays visible in its time of the last change, which it keeps to the millisecond.
 */
const SHORTEST_TRACE_MS = 5_000

const pacedTiming = (timing: Timing, settings: PaceSettings): Timing => {
  const pace = paceOf(settings)
  return {
    expectedMs: pace(timing.expectedMs),
    spread: timing.spread,
    pollPriceMs: pace(timing.pollPriceMs),
    maxPollGapMs: pace(timing.maxPollGapMs),
    firstPollMs: pace(timing.firstPollMs),
    pollGridMs: pace(timing.pollGridMs),
    deadlineMs: settings.deadlineMs ?? pace(timing.deadlineMs),
    graceMs: settings.graceMs ?? Math.max(pace(timing.graceMs), Math.min(timing.graceMs, SHORTEST_GRACE_MS)),
    visibilityMs: pace(timing.visibilityMs),
    traceMs:
      timing.traceMs === null ? null : Math.max(pace(timing.traceMs), Math.min(timing.traceMs, SHORTEST_TRACE_MS)),
  }
}

const pacedAction = (action: ActionManifest, settings: PaceSettings): ActionManifest => ({
  ...action,
  timing: pacedTiming(action.timing, settings),
})

const pacedLimit = (limit: RateLimit, settings: PaceSettings): RateLimit => ({
  ...limit,
  windowMs: paceOf(settings)(limit.windowMs),
})

/** The manifest with every duration at the pace of this stack. */
export const paced = (manifest: Manifest, settings: PaceSettings): Manifest => ({
  ...manifest,
  actions: Object.fromEntries(
    Object.entries(manifest.actions).map(([name, action]) => [name, pacedAction(action, settings)]),
  ),
  rateLimits: manifest.rateLimits.map((limit) => pacedLimit(limit, settings)),
})
