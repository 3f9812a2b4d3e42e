import { type Batch, isEnded } from '../domain/batch.ts'
import { detectionDelayMs } from '../domain/detection-delay.ts'
import type { JobReport } from '../domain/job.ts'
import type { Log } from '../domain/log.ts'
import type { Metrics } from '../domain/metrics.ts'
import { type Advance, polled } from '../domain/polled.ts'
import type { Clock, Ledger } from '../domain/ports.ts'
import type { Results } from '../domain/result.ts'
import type { LogIds } from '../lambda/log-ids.ts'
import type { FollowedJob } from '../provider-kit/provider.ts'
import { type Clouds, rulesOf } from './clouds.ts'
import { mapEach } from './map-each.ts'
import { mapLimit } from '../domain/map-limit.ts'
import { unreadableLook } from './unreadable-look.ts'

export type FollowDeps = { ledger: Ledger; clouds: Clouds; clock: Clock; log: Log; metrics: Metrics }

type Running = Extract<Batch, { state: 'RUNNING' }>
type Followed = { batch: Running; job: FollowedJob }

/** A batch after a look at its job, when to look next (ms), and whether that was written. */
export type Looked = { batch: Batch; at: number; written: boolean }

const WRITES_AT_ONCE = 8
/** A look that shows nothing but that the job goes on is not written when the next one is so soon, ms; one that failed is. */
const SOON_MS = 15_000

/**
 * Looks at the jobs of running batches, those of one poll key in one call; answers those that were looked at as they then stand.
 *
 * @param mayLook whether there is time to begin a look
 */
export const follow = async (
  batches: readonly Running[],
  deps: FollowDeps,
  mayLook: () => boolean,
): Promise<Looked[]> => {
  const failed = (error: unknown) => deps.log.error('a running batch could not be followed', { error })
  const followed = await mapEach(
    batches,
    WRITES_AT_ONCE,
    (batch) => followedJob(batch, deps),
    failed,
    (batch) => batch,
  )
  const groups = Map.groupBy(followed, ({ batch, job }) => {
    const { provider } = rulesOf(deps.clouds, batch)
    const key = provider.pollKey?.(job) ?? batch.batchId
    return `${batch.provider} ${batch.target['account'] ?? ''} ${key}`
  })
  const look = async (group: readonly Followed[]) => (mayLook() ? lookAt(group, deps) : [])
  const looked = await mapEach([...groups.values()], WRITES_AT_ONCE, look, failed, about)
  return looked.flat()
}

/** A look at one batch is about it; a look at several is about their provider. */
const about = ([first, ...others]: readonly Followed[]): LogIds =>
  others.length === 0 ? (first?.batch ?? {}) : { provider: first?.batch.provider }

const followedJob = async (batch: Running, { ledger, clouds }: FollowDeps): Promise<Followed> => {
  const { rules } = rulesOf(clouds, batch)
  const nodeIds = await ledger.nodeIds(batch.operationId, batch.batchId)
  const { provider, action, target, options, batchId, jobIds, submittedAt, memo } = batch
  const { visibilityMs } = rules.timing
  const job = { provider, action, target, options, batchId, jobIds, nodeIds, submittedAt, visibilityMs }
  return { batch, job: memo === null ? job : { ...job, memo } }
}

const lookAt = async (group: readonly Followed[], deps: FollowDeps): Promise<Looked[]> => {
  const [first] = group
  if (first === undefined) return []
  const { provider } = rulesOf(deps.clouds, first.batch)
  const jobs = group.map(({ job }) => job)
  const look = async () => provider.poll(jobs, await deps.clouds.api(first.batch))
  const reports = await look().catch((error: unknown): JobReport[] => jobs.map(() => unreadableLook(error)))
  const saved = await mapLimit(group, WRITES_AT_ONCE, (each, i) => save(each, reports[i] ?? NO_REPORT, deps))
  return saved.filter((looked) => looked !== undefined)
}

const NO_REPORT: JobReport = {
  kind: 'unreadable',
  code: 'NoReport',
  reason: 'the provider adapter said nothing of this job',
  waitMs: null,
  auth: false,
}

/**
 * Results first: a batch that says it has ended has its outcomes. Results only grow; where some are stored that the batch
 * does not know of (a crash came in between, or another poller), the look is judged again with those.
 */
const save = async (followed: Followed, report: JobReport, deps: FollowDeps): Promise<Looked | undefined> => {
  const { batch, job } = followed
  const { operationId, batchId, counts } = batch
  const { ledger, metrics } = deps
  const anyKnown = counts.running < counts.total
  const first = judge(followed, report, anyKnown ? await ledger.results(operationId, batchId) : new Map(), deps)
  const going = goesOn(batch, first.batch, deps)
  if (going !== undefined) return going
  const stored = first.results === null || (await ledger.saveResults(operationId, batchId, job.nodeIds, first.results))
  const last = stored ? first : judge(followed, report, await ledger.results(operationId, batchId), deps)
  if (!stored && last.results !== null) await ledger.saveResults(operationId, batchId, job.nodeIds, last.results)
  if (!(await ledger.saveBatch(last.batch))) return undefined
  if (report.kind === 'ended' && report.endedAt !== undefined && isEnded(last.batch)) {
    const delayMs = detectionDelayMs(report.endedAt, batch.submittedAt, last.batch.endedAt)
    metrics.count('DetectionDelay', delayMs, batch.provider)
  }
  return { batch: last.batch, at: last.batch.dueAt ?? deps.clock.now(), written: true }
}

/** The batch as the ledger has it, where nothing that the look has shown needs to be written. */
const goesOn = (before: Running, after: Batch, { clock, clouds }: FollowDeps): Looked | undefined => {
  if (after.state !== 'RUNNING' || after.memo !== before.memo) return undefined
  // Whoever takes over looks first at what nobody has looked at in vain, and knows whether the job was missed.
  if (after.misses > 0 || before.gone) return undefined
  if (after.dueAt > clock.now() + clouds.pace(SOON_MS)) return undefined
  return { batch: { ...before, misses: 0 }, at: after.dueAt, written: false }
}

const judge = ({ batch, job }: Followed, report: JobReport, known: Results, { clouds, clock }: FollowDeps): Advance =>
  polled(batch, report, job.nodeIds, known, clock.now(), rulesOf(clouds, batch).rules)
