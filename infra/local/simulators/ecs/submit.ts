import { jsonReply, serviceError } from '../huawei-gateway.ts'
import { draw } from '../seeded.ts'
import type { RawReply } from '../simulator.ts'
import { admit, flowRefusal } from './admission.ts'
import type { Context } from './context.ts'
import { engage, planPart } from './engage.ts'
import { examine } from './examine.ts'
import type { Part } from './examine.ts'
import { isGone, openJob, withSubJobs } from './job.ts'
import type { Asked } from './request.ts'
import type { EcsState } from './state.ts'

/** Takes a mutation as a whole or refuses it as a whole; accepted, it is a job from now on. */
export const submit = (state: EcsState, context: Context, projectId: string, asked: Asked, now: number): RawReply => {
  const amount = { projectId, servers: asked.ids.length, now }
  const limited = asked.action === 'delete' ? undefined : flowRefusal(state, context, amount)
  if (limited !== undefined) return limited
  const parts: Part[] = []
  for (const id of asked.ids) {
    const part = examine(state, context, { id, projectId, now }, asked)
    if ('status' in part) return serviceError(part.status, part.code, part.message)
    parts.push(part)
  }
  if (asked.action !== 'delete') admit(state, context, amount)
  const jobId = begin(state, context, { projectId, asked, parts, now })
  return submitReply(context, state.jobsMade, jobId)
}

const begin = (
  state: EcsState,
  context: Context,
  { projectId, asked, parts, now }: { projectId: string; asked: Asked; parts: Part[]; now: number },
): string => {
  for (const old of state.jobs.values()) if (isGone(old, context, now)) state.jobs.delete(old.id)
  state.jobsMade += 1
  state.revision += 1
  const job = openJob(context, state.jobsMade, { projectId, action: asked.action, now })
  const subJobs = parts.map((part, index) => {
    const id = `${job.id.slice(0, -4)}${(index + 1).toString(16).padStart(4, '0')}`
    const subJob = planPart(context, job, part, asked, id)
    if ('server' in part) engage(state, context, part.server, asked, { job, subJob })
    return subJob
  })
  state.jobs.set(job.id, withSubJobs(job, subJobs))
  return job.id
}

/** 200, 202 and 204 are all documented for an accepted job ("Returned Values"); a 204 carries no job id. */
const submitReply = ({ seed, oddities }: Context, serial: number, jobId: string): RawReply => {
  const mixed = draw(seed, 'status', serial) < 0.8 ? 200 : 202
  const status = oddities.submitStatus === 'mixed' ? mixed : oddities.submitStatus
  return status === 204 ? { status, body: '' } : jsonReply(status, { job_id: jobId })
}
