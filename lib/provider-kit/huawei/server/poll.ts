import type { JobReport } from '../../../domain/job.ts'
import type { Api } from '../../api.ts'
import type { FollowedJob } from '../../provider.ts'
import { unreadable } from '../../unreadable.ts'
import { readHuaweiError } from '../error.ts'
import { isRefusedCredential } from '../gateway-codes.ts'
import { readJob } from '../job-document.ts'
import { jobReport } from '../job-report.ts'
import { lookAtServers } from './look.ts'
import { nodeReport } from './node-report.ts'
import type { ServerService } from './service.ts'

/** One look at a batch: at its job, or, when there is none, at its servers. */
export const pollServers = (service: ServerService, job: FollowedJob, api: Api): Promise<JobReport> => {
  const [jobId] = job.jobIds
  return jobId === undefined ? pollByState(service, job, api) : pollJob(service, job, jobId, api)
}

const pollJob = async (service: ServerService, job: FollowedJob, jobId: string, api: Api): Promise<JobReport> => {
  const path = `/v1/${encodeURIComponent(job.target['projectId'] ?? '')}/jobs/${encodeURIComponent(jobId)}`
  const answer = await api.send({ method: 'GET', path })
  if (answer.kind !== 'response') return unreadable(answer)

  const document = answer.status >= 200 && answer.status < 300 ? readJob(answer.json) : undefined
  // A mistaken answer, from a cache on the way perhaps: another job's end must not be taken for ours.
  if (document?.jobId && plain(document.jobId) !== plain(jobId)) return otherJob(jobId)
  if (document !== undefined) return jobReport(document, job.nodeIds, service.codes(job.action))
  const error = readHuaweiError(answer.json)
  // "Failed to query system tasks": an unknown id, or one that is over its retention of a day (huawei-otc.md, section 2).
  if (error?.code === 'Common.0011') return { kind: 'gone', code: error.code, reason: error.message }
  return unreadable(answer, error, isRefusedCredential(error))
}

/** An id is one and the same with dashes (BMS) and without. */
const plain = (jobId: string): string => jobId.replaceAll('-', '').toLowerCase()

const otherJob = (jobId: string): JobReport => ({
  kind: 'unreadable',
  code: 'OtherJob',
  reason: `another job was shown in the place of ${jobId}`,
  waitMs: null,
  auth: false,
})

const pollByState = async (service: ServerService, job: FollowedJob, api: Api): Promise<JobReport> => {
  const look = await lookAtServers(service, job.target, job.nodeIds, api)
  if (look.kind === 'unreadable') return look

  const since = {
    submittedAt: job.submittedAt + look.skewMs,
    early: api.now() < job.submittedAt + job.visibilityMs,
  }
  const nodes = job.nodeIds.flatMap((id) => nodeReport(job.action, id, look.servers.get(id), since) ?? [])
  if (nodes.length < job.nodeIds.length) return { kind: 'running', nodes }
  const rest = { outcome: 'unknown', code: 'NotReported', reason: 'the provider does not show this server' } as const
  return { kind: 'ended', nodes, rest }
}
