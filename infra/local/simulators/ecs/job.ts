import { drawBetween, drawHex } from '../seeded.ts'
import { jsonReply, serviceError } from '../huawei-gateway.ts'
import type { RawReply } from '../simulator.ts'
import type { Context } from './context.ts'
import type { Action, Job, SubJob } from './state.ts'

const RETENTION_MS = 86_400_000
const INIT_MS = [0, 1000] as const
/** A recorded restart: the job ended 8.3 s after its last sub job. */
const SETTLE_MS = [3000, 10_000] as const

/** An empty job that begins within a second; `serial` makes its id and its draws its own. */
export const openJob = (
  { clock, seed, flavour }: Context,
  serial: number,
  asked: { projectId: string; action: Action; now: number },
): Omit<Job, 'subJobs' | 'endsAt'> => {
  const hex = drawHex(seed, flavour.name, 'job', serial)
  return {
    id: flavour.dashedJobIds ? dashed(hex) : `ff8080${hex.slice(6)}`,
    projectId: asked.projectId,
    action: asked.action,
    acceptedAt: asked.now,
    beginsAt: asked.now + drawBetween(INIT_MS, seed, 'init', serial) / clock.scale,
    settleMs: drawBetween(SETTLE_MS, seed, 'settle', serial) / clock.scale,
  }
}

/** The job with these sub jobs; its end follows from theirs. */
export const withSubJobs = (job: Omit<Job, 'subJobs' | 'endsAt'>, subJobs: SubJob[]): Job => {
  const stuck = subJobs.some(({ endsAt }) => endsAt === null)
  const last = subJobs.reduce((latest, { endsAt }) => Math.max(latest, endsAt ?? 0), job.beginsAt)
  return { ...job, subJobs, endsAt: stuck ? null : last + job.settleMs }
}

/** Huawei's ECS documents: finished jobs are deleted after one day. */
export const isGone = (job: Job, { clock }: Context, now: number): boolean =>
  job.endsAt !== null && job.endsAt + RETENTION_MS / clock.scale <= now

/** The answer to a job query. */
export const jobReply = (job: Job | undefined, context: Context, now: number): RawReply => {
  if (job === undefined || isGone(job, context, now)) {
    return serviceError(400, 'Common.0011', 'Failed to query system tasks.')
  }
  const types = context.flavour.jobTypes(job.action)
  const over = job.endsAt !== null && job.endsAt <= now
  const failed = job.subJobs.some(({ failure }) => failure !== undefined)
  // The job's own code only says that something failed; the cause is in the sub job (Common.0021, "Sub job fail!").
  const wrapper = failed ? { code: 'Common.0021', message: 'CollectInfoTask-fail: sub job fail!' } : undefined
  return jsonReply(200, {
    job_id: job.id,
    job_type: types.parent,
    begin_time: iso(job.acceptedAt),
    ...(over ? ended(job.endsAt, wrapper) : { end_time: '', status: now < job.beginsAt ? 'INIT' : 'RUNNING' }),
    entities: {
      sub_jobs_total: job.subJobs.length,
      sub_jobs: shifted(job, context, now).map((subJob) => subJobDocument(subJob, types.sub, context, now)),
    },
  })
}

const subJobDocument = (subJob: SubJob, type: string, { oddities }: Context, now: number) => {
  const over = subJob.endsAt !== null && subJob.endsAt <= now
  const cause = over && subJob.failure ? { errorcode_message: subJob.failure.message } : {}
  const entities = { server_id: subJob.serverId, ...cause }
  return {
    job_id: subJob.id,
    job_type: type,
    begin_time: iso(subJob.beginsAt),
    ...(over
      ? ended(subJob.endsAt, subJob.failure)
      : { end_time: '', status: now < subJob.beginsAt ? 'INIT' : 'RUNNING' }),
    // BMS API reference: "Array of objects" in the table, an object in every example.
    entities: oddities.subJobEntities === 'array' ? [entities] : entities,
  }
}

/** `error_code` and `fail_reason` are null on success and not there before. */
const ended = (endsAt: number | null, failure: { code: string; message: string } | undefined) => ({
  end_time: iso(endsAt ?? 0),
  status: failure === undefined ? 'SUCCESS' : 'FAIL',
  error_code: failure?.code ?? null,
  fail_reason: failure?.message ?? null,
})

/** No document promises an order: it is another one every simulated second. */
const shifted = (job: Job, { clock, oddities }: Context, now: number): SubJob[] => {
  if (oddities.subJobOrder === 'request') return job.subJobs
  const by = (1 + Math.floor(((now - job.acceptedAt) * clock.scale) / 1000)) % Math.max(1, job.subJobs.length)
  return [...job.subJobs.slice(by), ...job.subJobs.slice(0, by)]
}

const dashed = (hex: string): string => hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-')

const iso = (ms: number): string => new Date(ms).toISOString()
