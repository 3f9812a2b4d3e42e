import type { JobReport } from '../../domain/job.ts'
import type { Api } from '../../provider-kit/api.ts'
import type { FollowedJob } from '../../provider-kit/provider.ts'
import { deletedInPart, pollDeletion } from './deleted.ts'
import { findOperation } from './find-operation.ts'
import { reportOf } from './job-report.ts'
import { listOperations } from './operations.ts'
import type { Operation } from './schema.ts'
import { clusterOf, zoneOf } from './scope.ts'

/** Jobs of one cluster and credential are looked at in one call. */
export const ehpcPollKey = (job: Pick<FollowedJob, 'target' | 'action' | 'jobIds' | 'nodeIds'>): string =>
  [job.target['account'] ?? '', zoneOf(job.target), clusterOf(job, job.nodeIds)].join('/')

/** One look at jobs of one poll key. A job that is not listed is gone, which is no success. */
export const pollEhpc = async (jobs: readonly FollowedJob[], api: Api): Promise<readonly JobReport[]> => {
  const [first] = jobs
  if (first === undefined) return []

  const since = Math.min(...jobs.map((job) => job.submittedAt))
  const list = await listOperations(first.target, clusterOf(first, first.nodeIds), api, since, (rows, skewMs) =>
    jobs.every((job) => rowsOf(job, jobs, rows, skewMs).length > 0),
  )
  if (list.kind === 'failed') {
    const { code, reason } = list.unreadable
    return jobs.map(() => (list.absent ? { kind: 'gone', code, reason } : list.unreadable))
  }
  return Promise.all(
    jobs.map(async (job) => {
      const rows = rowsOf(job, jobs, list.data.rows, list.skewMs)
      if (rows.length > 0) return reportWhole(job, rows, api)
      if (job.action === 'delete' && job.jobIds.length === 0) return pollDeletion(job, api)
      return list.data.complete ? notListed : notReadWhole
    }),
  )
}

/** What the rows of a job say, and of a deletion what they leave open. */
const reportWhole = async (job: FollowedJob, rows: readonly Operation[], api: Api): Promise<JobReport> => {
  const report = reportOf(job, rows)
  const isOpen = report.kind === 'ended' && report.rest.outcome !== 'succeeded' && job.nodeIds.length > 1
  return isOpen && job.action === 'delete' ? deletedInPart(job, report, api) : report
}

const notListed: JobReport = { kind: 'gone', code: 'NotListed', reason: 'no operation of the cluster is this job' }

/** A list that is shorter than it says: what is not in it may be. */
const notReadWhole: JobReport = {
  kind: 'unreadable',
  code: 'ShortList',
  reason: 'the list of operations is shorter than it says',
  waitMs: null,
  auth: false,
}

/** The operations that are a batch's, all that it knows the ids of or none; found by their nodes where there is no id. */
const rowsOf = (
  job: FollowedJob,
  jobs: readonly FollowedJob[],
  rows: readonly Operation[],
  skewMs: number,
): readonly Operation[] => {
  const ids = idsOf(job)
  if (ids.length > 0) {
    const listed = ids.flatMap((id) => rows.find((row) => row.jobId === id) ?? [])
    return listed.length === ids.length ? listed : []
  }
  const taken = new Set(jobs.flatMap(idsOf))
  const found = findOperation(
    rows.filter(({ jobId }) => jobId === null || !taken.has(jobId)),
    {
      action: job.action,
      clusterId: clusterOf(job, job.nodeIds),
      nodeIds: job.nodeIds,
      sentAt: job.submittedAt + skewMs,
    },
  )
  return found.kind === 'ours' ? [found.row] : []
}

/** The memo is the job id that an earlier look found. */
const idsOf = ({ jobIds, memo }: FollowedJob): readonly string[] =>
  jobIds.length === 0 && memo !== undefined ? [memo] : jobIds
