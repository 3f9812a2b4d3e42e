import { readEhpcTime } from './admission.ts'
import type { EhpcCloud } from './jobs.ts'
import { asked, ehpcTime, pageOf, valuesOf } from './page.ts'
import { badValue } from './refusal.ts'
import type { EhpcTarget } from './signature.ts'
import type { EhpcJob } from './state.ts'

/** job_action is the answer's action without its last word, as in the sample of operation.md. */
const names = {
  restart: { job_action: 'HpcClusterRestartClusterNodes', action_describe: '重启集群节点' },
  delete: { job_action: 'HpcClusterDeleteClusterNodes', action_describe: '删除集群节点' },
  start: { job_action: 'HpcClusterStartCluster', action_describe: '启动集群' },
  stop: { job_action: 'HpcClusterStopCluster', action_describe: '关闭集群' },
}

export const ehpcOwner = 'usr-localowner'

const stageOf = (job: EhpcJob, now: number): { stage: 'waiting' | 'running' | 'failed' | 'done'; since: number } => {
  if (now >= job.endsAt) return { stage: job.failing.length > 0 ? 'failed' : 'done', since: job.endsAt }
  const half = (job.createdAt + job.endsAt) / 2
  return now >= half ? { stage: 'running', since: half } : { stage: 'waiting', since: job.createdAt }
}

const rowOf = (job: EhpcJob, { clock, oddities }: EhpcCloud) => {
  const { stage, since } = stageOf(job, clock.now())
  return {
    action_describe: names[job.action].action_describe,
    create_time: ehpcTime(job.createdAt),
    // What stands here after a failure is not documented, only that it is a string.
    error_codes: stage === 'failed' ? '5000' : '',
    job_action: names[job.action].job_action,
    job_id: job.jobId,
    owner: ehpcOwner,
    resource_ids: [...job.clusterIds, ...job.nodeIds].join(' '),
    status: stage === 'done' ? 'successful' : oddities.words[stage],
    status_time: ehpcTime(since),
    submitter: 'local-submitter',
    task_count: null,
  }
}

const timeBound = (target: EhpcTarget, name: string, otherwise: number): number => {
  const [text] = valuesOf(target, name)
  const time = text === undefined ? otherwise : readEhpcTime(text)
  if (time === undefined) throw badValue(`[${name}] is not a time`)
  return time
}

/** GET /api/operation: the log of jobs. Counts down the looks that do not show a new job yet. Throws EhpcRefusal 1101. */
export const listEhpcOperations = (target: EhpcTarget, cloud: EhpcCloud): Record<string, unknown> => {
  const { state, clock, oddities } = cloud
  const from = timeBound(target, 'start_time', 0)
  const until = timeBound(target, 'end_time', Number.POSITIVE_INFINITY)
  const keptSince = oddities.retentionMs === null ? 0 : clock.now() - oddities.retentionMs / clock.scale

  const matching = state.jobs.flatMap((job) => {
    // Rows have whole seconds: a bound in the second of the creation includes it.
    const second = Math.floor(job.createdAt / 1000) * 1000
    if (second < from || second > until || (job.settled && job.endsAt < keptSince)) return []
    const row = rowOf(job, cloud)
    const matches =
      asked(target, ['zone'], job.zone) &&
      asked(target, ['jobs', 'job_ids'], row.job_id) &&
      asked(target, ['status'], row.status) &&
      asked(target, ['job_action'], row.job_action) &&
      asked(target, ['resource_ids'], ...job.clusterIds, ...job.nodeIds) &&
      asked(target, ['owner'], row.owner)
    return matches ? [{ job, row }] : []
  })
  const visible = matching.filter(({ job }) => job.hiddenPolls === 0).map(({ row }) => row)
  for (const { job } of matching) job.hiddenPolls = Math.max(0, job.hiddenPolls - 1)

  return {
    action: 'HpcOperationListOperationResponse',
    data: {},
    job_set: pageOf(target, visible),
    total_count: visible.length,
  }
}
