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
 * time, and only if no trace can have come and gone between two looks. While a call comes to one node after
 * the other, which is seen by what the looks find, the grace time for the others runs anew. What neither proves is a person's to decide.
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

  const traces = nodeIds.map((id) => evidence.traces.get(id) ?? 'unclear')
  const looked = withLook(batch, traces, lookedAt, now)
  const verdicts = traces.map((trace) => verdictOn(trace, looked, lookedAt, rules))
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

const verdictOn = (trace: Trace, batch: Unknown, lookedAt: number, rules: Rules): Verdict => {
  const { timing } = rules
  if (trace === 'applied') return 'applied'
  if (trace === 'unclear') return lookedAt < batch.settledAt + timing.graceMs ? 'open' : 'undecidable'
  if (lookedAt < untouchedAt(batch, rules)) return 'open'
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

const withLook = (batch: Unknown, traces: readonly Trace[], lookedAt: number, now: number): Unknown => {
  const counted = (one: Trace): number => traces.filter((trace) => trace === one).length
  const [applied, untouched] = [counted('applied'), counted('untouched')]
  return {
    ...batch,
    lastLookAt: lookedAt,
    longestGapMs: Math.max(batch.longestGapMs, now - (batch.lastLookAt ?? batch.sentAt)),
    applied,
    untouched,
    changedAt: applied === batch.applied && untouched === batch.untouched ? batch.changedAt : lookedAt,
  }
}

/** When a node without a trace is untouched, ms: after the grace time, in which the looks found no change, or at the deadline. */
const untouchedAt = ({ settledAt, changedAt, deadline }: Unknown, { timing }: Rules): number =>
  Math.min(Math.max(settledAt, changedAt ?? settledAt) + timing.graceMs, deadline)

const LONGEST_LOOK_GAP_MS = 15_000

/** Often enough that a passing trace is not missed, and once more when the grace time is over; after it nothing is open. */
const nextLookAt = (batch: Unknown, now: number, rules: Rules): number => {
  const { timing, pace } = rules
  const gap = Math.min(timing.graceMs / 4, (timing.traceMs ?? Number.POSITIVE_INFINITY) / 3, pace(LONGEST_LOOK_GAP_MS))
  return Math.min(now + gap, untouchedAt(batch, rules))
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
