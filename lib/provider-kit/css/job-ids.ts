import * as z from 'zod'

const JobId = z.string().regex(/^[A-Za-z0-9_-]{1,128}$/)

const Reply = z.object({
  jobId: z
    .union([z.array(z.unknown()), z.unknown().transform((id) => [id])])
    .transform((ids) => ids.filter((id): id is string => JobId.safeParse(id).success)),
})

/**
 * The job ids in a restart's reply, for support tickets only, as there is no query for them. The seed document types
 * `jobId` as a string and shows a list; OTC's of 2026 and the SDKs have no reply at all (huawei-otc.md, section 4).
 */
export const jobIdsIn = (json: unknown): readonly string[] => {
  const reply = Reply.safeParse(json)
  return reply.success ? [...new Set(reply.data.jobId)] : []
}
