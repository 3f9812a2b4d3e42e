import { type Batch, become } from './batch.ts'
import type { JobReport } from './job.ts'
import { countResults } from './outcome.ts'
import { nextPollAt, retryLookAt } from './poll-time.ts'
import { completeResults, endWith, mergeReports, type Results } from './result.ts'
import type { Rules } from './rules.ts'

type Running = Extract<Batch, { state: 'RUNNING' }>

/** A batch's next state, and its results per node where they have changed. */
export type Advance = { batch: Batch; results: Results | null }

/**
 * The batch after one look at its job. Results that are final stay; the job's own end is what ends the batch, and where
 * that never comes, its deadline.
 */
export const polled = (
  batch: Batch,
  report: JobReport,
  nodeIds: readonly string[],
  known: Results,
  now: number,
  rules: Rules,
): Advance => {
  if (batch.state !== 'RUNNING') return { batch, results: null }
  const jobId = batch.jobIds[0] ?? null
  const reports = report.kind === 'running' || report.kind === 'ended' ? report.nodes : []
  const results = mergeReports(known, reports, nodeIds, jobId, now)
  const open = results.size < nodeIds.length

  if (report.kind === 'ended') {
    const all = completeResults(results, nodeIds, report.rest.outcome, report.rest, jobId, now)
    return end(batch, endWith(batch, all, batch.jobIds, now), all)
  }
  const missing = report.kind === 'gone' && now - batch.submittedAt > rules.timing.visibilityMs
  // One answer alone may be a slip of the provider's: a job that was not found is looked for once more. A look that failed is no answer.
  if (missing && (batch.gone || now >= batch.deadline)) {
    const cause = {
      code: 'JobGone',
      reason: `the provider no longer knows the job (${report.code}): its outcome cannot be known`,
    }
    const all = completeResults(results, nodeIds, 'unknown', cause, jobId, now)
    return end(batch, endWith(batch, all, batch.jobIds, now, open ? 'NEEDS_ATTENTION' : undefined), all)
  }
  if (now >= batch.deadline) {
    const last = report.kind === 'running' ? 'the job was still running' : report.reason
    const cause = { code: 'DeadlineExceeded', reason: `not over by its deadline: ${last}` }
    const all = completeResults(results, nodeIds, 'unknown', cause, jobId, now)
    return end(batch, endWith(batch, all, batch.jobIds, now, open ? 'TIMED_OUT' : undefined), all)
  }

  const missed = report.kind === 'unreadable' || missing
  const misses = missed ? batch.misses + 1 : 0
  const next = missed
    ? lookAgainAt(report.kind === 'unreadable' ? report : NO_WAIT, misses, now, rules)
    : nextPollAt(now, batch.submittedAt, rules.timing, batch.nodes)
  return {
    batch: become(batch, {
      ...batch,
      dueAt: Math.min(next, batch.deadline),
      counts: countResults(batch.nodes, results.values(), 'running'),
      memo: report.kind === 'running' ? (report.memo ?? batch.memo) : batch.memo,
      misses,
      gone: missing || (report.kind === 'unreadable' && batch.gone),
    }),
    results: results.size > known.size ? results : null,
  }
}

const NO_WAIT = { waitMs: null, auth: false }

/** It stays due as it was: its place in the index of what is due need not be written anew. */
const end = (batch: Running, ended: ReturnType<typeof endWith>, results: Results): Advance => ({
  batch: become(batch, { ...ended, dueAt: Math.min(batch.dueAt, ended.endedAt) }),
  results: ended.outcome === null ? results : null,
})

/** A refused credential is asked again only rarely: five refusals in a row lock a Huawei key (huawei-otc.md, section 6.3). */
const AUTH_WAIT_MS = 60_000

/** When to look again after a look that failed: no failed look is worth more than its wait. */
export const lookAgainAt = (
  report: { waitMs: number | null; auth: boolean },
  misses: number,
  now: number,
  { timing, pace }: Rules,
): number => {
  return retryLookAt(now, misses, pace(report.auth ? AUTH_WAIT_MS : (report.waitMs ?? 0)), timing)
}
