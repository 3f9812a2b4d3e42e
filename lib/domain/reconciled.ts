import { type Batch, become, type Part } from './batch.ts'
import type { Evidence, Trace } from './evidence.ts'
import { countResults, tidyReason } from './outcome.ts'
import { lookAgainAt } from './polled.ts'
import { endAlike } from './result.ts'
import { backOffMs, type Rules } from './rules.ts'
import { split } from './split.ts'

type Unknown = Extract<Batch, { state: 'OUTCOME_UNKNOWN' }>
type Verdict = 'applied' | 'not-applied' | 'undecidable' | 'open'

/**
 * The batch whose answer was lost, after one look for traces of its call.
 *
 * A trace proves that the call was applied, at any time. The absence of one proves that it was not only after the grace
 * time, and only if no trace can have come and gone between two looks. What neither proves is a person's to decide.
 * Only nodes that are proved untouched are submitted again.
 *
 * @param now when the look was over, ms: until then a trace that it did not see can have come and gone
 * @param lookedAt when it began: what it did not see may have come to be while it lasted
 */
export const reconciled = (
  batch: Batch,
  evidence: Evidence,
  nodeIds: readonly string[],
  now: number,
  rules: Rules,
  lookedAt: number,
): Batch => {
  if (batch.state !== 'OUTCOME_UNKNOWN') return batch
  if (evidence.kind === 'unreadable') return unread(batch, evidence, now, rules)

  const looked = withLook(batch, lookedAt, now)
  const verdicts = nodeIds.map((id) => verdictOn(evidence.traces.get(id) ?? 'unclear', looked, lookedAt, rules))
  const first = verdicts[0]
  if (first !== undefined && first !== 'open' && verdicts.every((verdict) => verdict === first)) {
    return become(looked, stateFor(first, looked, looked.nodes, evidence, now, rules))
  }
  if (verdicts.includes('open')) return become(looked, { ...looked, dueAt: nextLookAt(looked, now, rules), misses: 0 })

  const parts = (['applied', 'not-applied', 'undecidable'] as const).flatMap((verdict): Part[] => {
    const nodes = verdicts.flatMap((v, i) => (v === verdict ? [i] : []))
    return nodes.length === 0 ? [] : [{ nodes, state: stateFor(verdict, looked, nodes.length, evidence, now, rules) }]
  })
  return split(looked, parts, now)
}

const verdictOn = (trace: Trace, batch: Unknown, lookedAt: number, { timing }: Rules): Verdict => {
  if (trace === 'applied') return 'applied'
  if (lookedAt < batch.settledAt + timing.graceMs) return 'open'
  if (trace === 'unclear') return 'undecidable'
  return timing.traceMs !== null && batch.longestGapMs > timing.traceMs ? 'undecidable' : 'not-applied'
}

const stateFor = (
  verdict: Exclude<Verdict, 'open'>,
  batch: Unknown,
  nodes: number,
  evidence: Extract<Evidence, { kind: 'seen' }>,
  now: number,
  rules: Rules,
): Part['state'] => {
  if (verdict === 'applied') {
    return {
      state: 'RUNNING',
      dueAt: now,
      jobIds: evidence.jobIds,
      submittedAt: batch.sentAt,
      deadline: now + rules.timing.deadlineMs,
      counts: countResults(nodes, [], 'running'),
      memo: null,
      misses: 0,
      gone: false,
    }
  }
  const reason = `${batch.reason}; ${evidence.note}`
  if (verdict === 'not-applied') {
    const dueAt = now + backOffMs(batch.attempt, rules.pace)
    return {
      state: 'QUEUED',
      dueAt,
      notBefore: dueAt,
      code: batch.code,
      reason: tidyReason(`proved not applied: ${reason}`),
    }
  }
  return endAlike(
    nodes,
    'NEEDS_ATTENTION',
    'unknown',
    { code: batch.code, reason: `cannot be decided: ${reason}` },
    [],
    now,
  )
}

const withLook = (batch: Unknown, lookedAt: number, now: number): Unknown => ({
  ...batch,
  lastLookAt: lookedAt,
  longestGapMs: Math.max(batch.longestGapMs, now - (batch.lastLookAt ?? batch.sentAt)),
})

const LONGEST_LOOK_GAP_MS = 15_000

/** Often enough that a passing trace is not missed, and once more when the grace time is over; after it nothing is open. */
const nextLookAt = (batch: Unknown, now: number, { timing, pace }: Rules): number => {
  const gap = Math.min(timing.graceMs / 4, (timing.traceMs ?? Number.POSITIVE_INFINITY) / 3, pace(LONGEST_LOOK_GAP_MS))
  const graceOver = batch.settledAt + timing.graceMs
  return Math.min(now + gap, graceOver)
}

const unread = (
  batch: Unknown,
  evidence: Extract<Evidence, { kind: 'unreadable' }>,
  now: number,
  rules: Rules,
): Batch => {
  const misses = batch.misses + 1
  if (now < batch.deadline) {
    return become(batch, {
      ...batch,
      misses,
      dueAt: Math.min(lookAgainAt(evidence, misses, now, rules), batch.deadline),
    })
  }
  const cause = {
    code: batch.code,
    reason: `${batch.reason}; the provider could not be asked what came of it: ${evidence.reason}`,
  }
  return become(batch, endAlike(batch.nodes, 'NEEDS_ATTENTION', 'unknown', cause, [], now))
}
