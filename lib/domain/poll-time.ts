import type { Timing } from './manifest.ts'

/** Φ, the normal distribution function (Abramowitz & Stegun 26.2.17, |error| < 7.5e-8). */
const normal = (x: number): number => {
  const t = 1 / (1 + 0.2316419 * Math.abs(x))
  const tail =
    ((((1.330274429 * t - 1.821255978) * t + 1.781477937) * t - 0.356563782) * t + 0.31938153) *
    t *
    Math.exp((-x * x) / 2) *
    0.3989422804014327
  return x >= 0 ? 1 - tail : tail
}

const STEPS_PER_MEDIAN = 400
const SLOWEST_STEP = 1.02

/**
 * How long to wait for the next look at a job that was not over at age `ageMs`.
 *
 * A look too early costs a call; a look too late costs the time since the job ended. Job durations are taken as
 * log-normal (median `expectedMs`, spread σ). We look again when the delay that we expect to have run up by then,
 * given that the job was open at the last look, has reached the price of a look:
 * ∫ P(ended by s | open at age) ds = pollPriceMs. So looks are rare where an end is unlikely and dense where it is likely.
 */
export const nextPollDelay = (ageMs: number, timing: Timing): number => {
  const { expectedMs, spread, pollPriceMs, maxPollGapMs } = timing
  const endedBy = (t: number) => (t <= 0 ? 0 : normal(Math.log(t / expectedMs) / spread))
  const open = 1 - endedBy(ageMs)
  // Far out in the tail the formula has nothing to divide by: the job is overdue and looked at steadily.
  if (open < 1e-6) return maxPollGapMs

  let step = expectedMs / STEPS_PER_MEDIAN
  let waited = 0
  let delay = 0
  while (delay < pollPriceMs && waited < maxPollGapMs) {
    const likely = (endedBy(ageMs + waited + step / 2) - endedBy(ageMs)) / open
    delay += likely * step
    waited += step
    step *= SLOWEST_STEP
  }
  return Math.min(waited, maxPollGapMs)
}

/** Up to so many nodes a batch is small: a few looks more cost next to nothing. */
const SMALL_BATCH = 100

/**
 * When to look next at a batch of `nodes`, on the grid on which looks of one group meet. A large batch is looked at where
 * its end is likely; a small one early too, at doubling ages, as its job may fail or be over at once.
 */
export const nextPollAt = (now: number, submittedAt: number, timing: Timing, nodes: number): number => {
  const age = Math.max(0, now - submittedAt)
  const likely = nextPollDelay(age, timing)
  const delay = nodes <= SMALL_BATCH ? Math.min(likely, Math.max(age, timing.firstPollMs)) : likely
  const { pollGridMs } = timing
  return pollGridMs > 0 ? Math.ceil((now + delay) / pollGridMs) * pollGridMs : now + delay
}

/** When to look again after `misses` looks in a row that failed: errors, unlike progress, are backed off from. */
export const retryLookAt = (now: number, misses: number, waitMs: number, timing: Timing): number => {
  const base = Math.max(timing.expectedMs / 20, 1)
  return now + Math.max(waitMs, Math.min(base * 2 ** Math.min(misses, 10), timing.maxPollGapMs))
}
