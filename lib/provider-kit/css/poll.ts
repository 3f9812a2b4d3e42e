import type { JobReport, NodeReport } from '../../domain/job.ts'
import type { Api } from '../api.ts'
import type { FollowedJob } from '../provider.ts'
import type { Cluster } from './cluster.ts'
import { lookAt, unseen } from './look.ts'
import { onlyCluster } from './only-cluster.ts'
import { isReady, isRestarting, namesRestart } from './restarting.ts'

/** Remembered from look to look: the restart has shown itself, so that what comes after it is its end. */
const SEEN = 'restart seen'

/** Looks at the cluster of each job. Throws Error when a job is not of one cluster. */
export const pollRestarts = (jobs: readonly FollowedJob[], api: Api): Promise<readonly JobReport[]> =>
  Promise.all(jobs.map((job) => pollRestart(job, api)))

const pollRestart = async (job: FollowedJob, api: Api): Promise<JobReport> => {
  const look = await lookAt(job.target, onlyCluster(job.nodeIds), api)
  if (look.kind === 'cluster') return reportOf(job, look.cluster, look.seenAt)

  const failed = unseen(look)
  return look.absent ? { kind: 'gone', code: failed.code, reason: failed.reason } : failed
}

/**
 * A cluster that was accepted for a restart may look as it did before for a while: ready, or unavailable since an earlier
 * failure. Either is believed only once the restart was seen or has had the time to show itself.
 */
const reportOf = (job: FollowedJob, cluster: Cluster, now: number): JobReport => {
  const seen = job.memo === SEEN || isRestarting(cluster)
  const late = now >= job.submittedAt + job.visibilityMs
  if ((seen || late) && isReady(cluster)) return ended(job, { outcome: 'succeeded', code: null, reason: null })

  if (cluster.status === '303' && isFinal(cluster, now - job.submittedAt, job)) {
    const { code, message } = cluster.failure
    return ended(job, {
      outcome: 'failed',
      code: code ?? 'ClusterUnavailable',
      reason: message ?? 'the cluster is unavailable (status 303) and gives no reason',
    })
  }
  return { kind: 'running', nodes: [], ...(seen ? { memo: SEEN } : {}) }
}

/**
 * A cluster that was unavailable before, perhaps the reason for its restart, is so while it restarts: the action in the list is
 * the authority. But the list lags behind the status (huawei-otc.md, section 4), and counts for so many times only.
 */
const PATIENCE = 5

const isFinal = (cluster: Cluster, ageMs: number, { visibilityMs, memo }: FollowedJob): boolean => {
  if (namesRestart(cluster)) return ageMs >= PATIENCE * visibilityMs
  return ageMs >= visibilityMs || (memo === SEEN && cluster.actions.length === 0)
}

const ended = (job: FollowedJob, said: Omit<NodeReport, 'nodeId' | 'jobId'>): JobReport => {
  const [jobId] = job.jobIds
  return {
    kind: 'ended',
    nodes: [{ nodeId: onlyCluster(job.nodeIds), ...said, ...(jobId === undefined ? {} : { jobId }) }],
    rest: { outcome: 'unknown', code: 'NotReported', reason: 'the provider did not say what became of it' },
  }
}
