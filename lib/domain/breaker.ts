import { tidyCode, tidyReason } from './outcome.ts'
import type { Pace } from './pace.ts'

/**
 * What all functions together know of one credential: whether the provider has refused it. While it is open nothing is
 * signed with the credential but one probe at a time, at growing waits, as five bad signatures in a row lock a Huawei key
 * (huawei-otc.md, section 6.3). Times are ms since the epoch.
 */
export type Breaker = { state: 'closed' } | OpenBreaker

export type OpenBreaker = {
  state: 'open'
  since: number
  /** When the next probe may be sent, and how many were. */
  probeAt: number
  probes: number
  /** The provider's words for the refusal. */
  code: string
  reason: string
}

export const closedBreaker: Breaker = { state: 'closed' }

/** The code of what is not sent because its credential was refused before. */
export const CREDENTIAL_REFUSED = 'CredentialRefused'

/**
 * What a request that would be signed with the credential may do: `go`; go as the `probe`, once the breaker that says so
 * is written; or not go, and try again after `waitMs`. `isFinal`: it has been refused for longer than anybody waits.
 */
export type Admission =
  | { kind: 'go' }
  | { kind: 'probe'; breaker: OpenBreaker }
  | { kind: 'blocked'; reason: string; waitMs: number; isFinal: boolean }

const FIRST_PROBE_MS = 30_000
/** Longer than a Huawei key stays locked (5 min), so that in the end a probe meets a key that is not. */
const LONGEST_PROBE_MS = 600_000
/** Somebody may be changing the credential right now; for longer than this nobody waits. */
const BORNE_MS = 60_000

const probeWaitMs = (probes: number, pace: Pace): number =>
  pace(Math.min(LONGEST_PROBE_MS, FIRST_PROBE_MS * 2 ** probes))

/** Decides on one request. A probe counts as failed until it is heard of: whoever takes it may die. */
export const admit = (breaker: Breaker, now: number, pace: Pace): Admission => {
  if (breaker.state === 'closed') return { kind: 'go' }
  if (now >= breaker.probeAt) {
    const probes = breaker.probes + 1
    return { kind: 'probe', breaker: { ...breaker, probes, probeAt: now + probeWaitMs(probes, pace) } }
  }
  const borneUntil = breaker.since + pace(BORNE_MS)
  return {
    kind: 'blocked',
    reason: `not sent, as the provider refused the credential: ${breaker.code}: ${breaker.reason}`,
    waitMs: Math.min(breaker.probeAt, Math.max(borneUntil, now) + 1) - now,
    isFinal: now > borneUntil,
  }
}

/** The breaker after a refusal. One that is open stays as it is: many requests can be under way when the first is refused. */
export const openedBy = (
  breaker: Breaker,
  { code, reason }: { code: string; reason: string },
  now: number,
  pace: Pace,
): OpenBreaker =>
  breaker.state === 'open'
    ? breaker
    : {
        state: 'open',
        since: now,
        probeAt: now + probeWaitMs(0, pace),
        probes: 0,
        code: tidyCode(code) ?? 'Refused',
        reason: tidyReason(reason) ?? 'no reason was given',
      }
