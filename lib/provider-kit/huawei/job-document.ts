import * as z from 'zod'
import { timestampMs } from './timestamp.ts'

const Text = z.string().nullish().catch(null)

const Entities = z
  .object({
    server_id: Text,
    errorcode_message: Text,
    sub_jobs: z.array(z.unknown()).nullish().catch(null),
  })
  .catch({})

/** The Chinese table of BMS types `entities` as an array of objects, every example shows an object (huawei-otc.md, section 3). */
const EntitiesOrList = z.preprocess((value: unknown) => (Array.isArray(value) ? (value[0] ?? {}) : value), Entities)

const Job = z
  .object({
    status: z.string().min(1),
    job_id: Text,
    error_code: Text,
    fail_reason: Text,
    end_time: Text,
    entities: EntitiesOrList,
  })
  .transform(({ status, job_id, error_code, fail_reason, end_time, entities }) => ({
    status: status.toUpperCase(),
    jobId: job_id ?? null,
    code: error_code || null,
    reason: entities.errorcode_message || fail_reason || null,
    serverId: entities.server_id?.toLowerCase() ?? null,
    /** ms since the epoch, by the provider's clock; null while it runs. */
    endedAt: timestampMs(end_time),
    subJobs: entities.sub_jobs ?? [],
  }))

/** What the documents call a job, and each of its sub jobs (huawei-otc.md, section 2). */
export type JobDocument = Omit<z.infer<typeof Job>, 'subJobs'> & {
  subJobs: readonly Omit<z.infer<typeof Job>, 'subJobs'>[]
}

/**
 * A job document, undefined when it is none: a missing `status` is an error, every other field may be absent, null or ""
 * (`error_code` is absent while running and null on success, `end_time` is "").
 */
export const readJob = (json: unknown): JobDocument | undefined => {
  const job = Job.safeParse(json)
  if (!job.success) return undefined
  const subJobs = job.data.subJobs.flatMap((sub) => {
    const parsed = Job.safeParse(sub)
    return parsed.success ? [parsed.data] : []
  })
  return { ...job.data, subJobs }
}
