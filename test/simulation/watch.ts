import { type Batch, isEnded } from '../../lib/domain/batch.ts'
import type { Breaker } from '../../lib/domain/breaker.ts'
import { hasEnded, type Operation } from '../../lib/domain/operation.ts'
import type { Results } from '../../lib/domain/result.ts'
import { hasSecret } from './cloud/echo.ts'
import { isMistake } from './mistakes.ts'
import type { Profile } from './profile.ts'

/** A broken invariant of architecture.md, section 5. */
export type Violation = {
  invariant: 'S1' | 'S2' | 'S3' | 'S4' | 'S5' | 'S6' | 'S7' | 'truth'
  about: string
  message: string
}

type State = Batch['state']

const ENDS = ['SUCCEEDED', 'PARTIAL', 'FAILED', 'TIMED_OUT', 'NEEDS_ATTENTION'] as const

/** The arrows of docs/architecture.md, "The states of a batch". */
const ARROWS: Partial<Record<State, readonly State[]>> = {
  PLANNED: ['QUEUED', 'SUBMITTING', 'SPLIT', 'CANCELLED', 'SKIPPED'],
  QUEUED: ['QUEUED', 'SUBMITTING', 'SPLIT', 'CANCELLED', 'SKIPPED', 'FAILED'],
  SUBMITTING: ['QUEUED', 'RUNNING', 'SUCCEEDED', 'FAILED', 'SPLIT', 'OUTCOME_UNKNOWN'],
  RUNNING: ['RUNNING', ...ENDS],
  OUTCOME_UNKNOWN: ['OUTCOME_UNKNOWN', 'RUNNING', 'QUEUED', 'SPLIT', 'NEEDS_ATTENTION'],
  SPLIT: ['SPLIT'],
}

/**
 * An end comes with the next look. Pollers may be down, or die, for some time, and where a ledger is slow thousands of batches of one
 * provider wait for each other's looks.
 */
const LATENESS_MS = 60 * 60_000
/** Where nothing of the kind is made to happen: 10 s were the most in 100 runs. */
const CALM_LATENESS_MS = 60_000

/** How long after its deadline a batch may end in a run with these troubles. */
export const latenessOf = ({ crash, freeze, slow, ledgerFailure, outages }: Profile): number =>
  crash + freeze + slow + ledgerFailure === 0 && outages.length === 0 ? CALM_LATENESS_MS : LATENESS_MS

/** Tries of one batch beyond one a minute, the longest back-off: the quicker ones before it. */
const MOST_ATTEMPTS = 20

/** How the simulated ledger names the items of breakers. */
const BREAKER = 'Breaker '

export type Watch = ReturnType<typeof createWatch>

/** Sees every write of the ledger and every event that was taken, and says what must not have been. */
export const createWatch = (now: () => number, latenessMs: number) => {
  const violations: Violation[] = []
  const events = new Map<string, string>()
  const lostAnswers: string[] = []
  const breakers = new Map<string, { since: number; writtenAt: number }>()
  const violate = (invariant: Violation['invariant'], about: string, message: string): void => {
    violations.push({ invariant, about, message })
  }

  /** A text that others see: in the ledger, which the API shows, in an event, a message, a letter or a log. */
  const leaves = (about: string, where: string, text: string): void => {
    if (hasSecret(text)) violate('S6', about, `a secret is in ${where}: ${text}`)
  }

  const sameEnd = (about: string, before: unknown[], after: unknown[]): void => {
    const [was, is] = [JSON.stringify(before), JSON.stringify(after)]
    if (was !== is) violate('S2', about, `changed after its end: ${was} → ${is}`)
  }

  return {
    violations,
    violate,
    events,
    /** An error that a function or a part of it ended with, or wrote into its log. */
    thrown: (about: string, error: unknown): void => {
      if (isMistake(error))
        violate('truth', about, `a mistake: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`)
    },
    /** The provider of each batch that became OUTCOME_UNKNOWN, as often as it did. */
    lostAnswers,
    operation: (before: Operation | undefined, after: Operation): void => {
      const about = after.operationId
      leaves(about, 'an operation', JSON.stringify(after))
      if (before === undefined) return
      if (hasEnded(before)) {
        const end = ({ status, counts, endedAt, sequence }: Operation) => [status, counts, endedAt, sequence]
        sameEnd(about, end(before), end(after))
      } else if (before.status === 'RUNNING' && after.status === 'PLANNING')
        violate('S2', about, 'was accepted and is not')
      if (after.published > after.sequence) violate('S3', about, 'published what has not been')
    },
    batch: (before: Batch | undefined, after: Batch): void => {
      const about = after.batchId
      leaves(about, 'a batch', JSON.stringify(after))
      if (before === undefined) return
      if (after.state === 'OUTCOME_UNKNOWN' && before.state !== after.state) lostAnswers.push(after.provider)
      if (isEnded(before)) {
        if (!isEnded(after)) return violate('S2', about, `${before.state} → ${after.state}`)
        const end = ({ state, counts, outcome, code, reason, endedAt, jobIds, sequence }: typeof before) => [
          state,
          counts,
          outcome,
          code,
          reason,
          endedAt,
          jobIds,
          sequence,
        ]
        return sameEnd(about, end(before), end(after))
      }
      if ('deadline' in before && before.state !== after.state && now() > before.deadline + latenessMs)
        violate(
          'S2',
          about,
          `${before.state} until ${Math.round((now() - before.deadline) / 1000)} s after its deadline`,
        )
      if (!ARROWS[before.state]?.includes(after.state)) violate('S2', about, `${before.state} → ${after.state}`)
      const minutes = (now() - after.createdAt) / 60_000
      if (after.attempt > MOST_ATTEMPTS + minutes) violate('S7', about, `${after.attempt} attempts`)
    },
    /** An item that all functions change. */
    shared: (name: string, state: unknown): void => {
      leaves(name, 'a shared row', JSON.stringify(state))
      if (!name.startsWith(BREAKER)) return
      const breaker = state as Breaker // a name has one type
      if (breaker.state === 'closed') breakers.delete(name)
      else breakers.set(name, { since: breaker.since, writtenAt: breakers.get(name)?.writtenAt ?? now() })
    },
    /** Since when a credential's breaker is open, and since when the ledger says so. */
    breakerOpened: (credential: string) => breakers.get(BREAKER + credential),
    /** A node's outcome, once final, stays. */
    results: (batchId: string, before: Results, after: Results): void => {
      for (const [nodeId, { outcome, code }] of before) {
        const next = after.get(nodeId)
        if (next?.outcome !== outcome || next.code !== code)
          violate('S2', batchId, `${nodeId}: ${outcome} ${code} → ${next?.outcome} ${next?.code}`)
      }
    },
    /** An event that the bus took. */
    event: (detailType: string, detail: string): { eventId: string; operationId: string; status: string } => {
      // The detail is that of lib/domain/events.ts, which our own bus has written.
      const change = JSON.parse(detail) as { eventId: string; operationId: string; status: string }
      const { eventId, operationId } = change
      const text = `${detailType} ${detail}`
      const before = events.get(eventId)
      if (before === undefined) {
        events.set(eventId, text)
        leaves(operationId, 'an event', detail)
      } else if (before !== text) violate('S3', operationId, `one event, two contents:\n  ${before}\n  ${text}`)
      return change
    },
    leaves,
  }
}
