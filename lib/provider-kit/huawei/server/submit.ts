import * as z from 'zod'
import type { Submission } from '../../../domain/submission.ts'
import type { Work } from '../../../domain/work.ts'
import type { Answer, Api } from '../../api.ts'
import { classifyRefusal } from '../../classify.ts'
import { readHuaweiError } from '../error.ts'
import { refusedNodes } from './refused-nodes.ts'
import type { ServerService } from './service.ts'

/** Asks for one action on servers, in one call; a look follows, which only reads, when one of them may have spoilt it. */
export const submitServers = async (
  service: ServerService,
  work: Work,
  nodeIds: readonly string[],
  api: Api,
): Promise<Submission> => {
  const verb = work.action === 'delete' ? 'delete' : 'action'
  const path = `/v1/${encodeURIComponent(work.target['projectId'] ?? '')}/${service.collection}/${verb}`
  const body = service.body(work.action, work.options, nodeIds)
  const submission = meaningOf(await api.send({ method: 'POST', path, body }), service, work)
  const isRefused = submission.kind === 'rejected' || submission.kind === 'throttled' || submission.kind === 'achieved'
  return isRefused && submission.perNode === true ? refusedNodes(service, work, nodeIds, submission, api) : submission
}

const meaningOf = (answer: Answer, service: ServerService, work: Work): Submission => {
  if (answer.kind !== 'response') return classifyRefusal(answer, undefined, {})

  const { status, json, text } = answer
  const isSuccess = status >= 200 && status < 300
  const job = JobId.safeParse(json)
  if (isSuccess && job.success) return { kind: 'accepted', jobIds: usable(job.data) }
  const error = readHuaweiError(json)
  if (isSuccess && error === undefined && isDocumentedWithoutJob(status, json, text))
    return { kind: 'accepted', jobIds: [] }
  if (isSuccess && error === undefined) {
    return {
      kind: 'ambiguous',
      code: 'UnreadableAnswer',
      reason: `HTTP status ${status} without a job that can be read`,
    }
  }
  return classifyRefusal(answer, error, service.codes(work.action))
}

/** 202 ("delivered, processed with delay") and 204 ("delivered") are documented beside 200 ("Returned Values"). */
const isDocumentedWithoutJob = (status: number, json: unknown, text: string): boolean =>
  status === 204 || (status === 202 && (text.trim() === '' || (typeof json === 'object' && json !== null)))

const JobId = z.object({ job_id: z.string().min(1) }).transform(({ job_id }) => job_id)

/** Ids are opaque: 32 hex (ECS) or with dashes (BMS). One that does not fit into a path cannot be asked for. */
const usable = (jobId: string): string[] => (/^[A-Za-z0-9_-]{1,128}$/.test(jobId) ? [jobId] : [])
