import * as z from 'zod'

import type { ProviderError } from '../../provider-kit/classify.ts'

/** EHPC's JSON is only documented by samples that are not even JSON: what is not needed is not asked for. */
const Text = z.union([z.string(), z.number().transform(String)]).catch('')

const RetCode = z.object({
  ret_code: z
    .union([
      z.number(),
      z
        .string()
        .trim()
        .regex(/^-?\d+$/),
    ])
    .transform(Number),
  message: Text,
})

/** The error inside an answer, which comes with HTTP 200; `ret_code` is a number in the documents, a string in the field. */
export const readError = (json: unknown): ProviderError | undefined => {
  const { success, data } = RetCode.safeParse(json)
  if (!success || data.ret_code === 0) return undefined
  return { code: String(data.ret_code), message: data.message === '' ? `ret_code ${data.ret_code}` : data.message }
}

const Ids = z
  .union([z.string(), z.array(z.string())])
  .catch([])
  .transform((ids) => [ids].flat().flatMap((id) => id.split(/[\s,]+/)))

const JOB_ID = /^[\w-]{1,128}$/

/**
 * The job ids of an accepted call; undefined when the answer is no acceptance. Tables say `job_ids`, examples `job_id`
 * (deletenodes.md, startcluster.md, stopcluster.md). An id that is none is left out: the job is then found by its nodes.
 */
export const readAcceptance = (json: unknown): readonly string[] | undefined => {
  const { success, data } = z.object({ job_id: Ids, job_ids: Ids }).safeParse(json)
  if (!success) return undefined
  const ids = [...new Set([...data.job_id, ...data.job_ids])].filter((id) => JOB_ID.test(id))
  return ids.length > 0 || RetCode.safeParse(json).success ? ids : undefined
}

/** Whole seconds of UTC, as `2022-04-06T01:26:33Z`; null for anything that does not say its zone. */
const Time = Text.transform((text) => {
  const time = /(?:Z|[+-]\d\d:?\d\d)$/.test(text) ? Date.parse(text) : Number.NaN
  return Number.isNaN(time) ? null : time
})

const List = z.union([z.string(), z.number(), z.array(z.union([z.string(), z.number()]))]).catch('')

/** One row of the operation list (operation.md). Times in ms of the provider's clock. */
export type Operation = z.infer<typeof Operation>
const Operation = z
  .object({
    job_id: Text,
    job_action: Text,
    status: Text,
    create_time: Time,
    status_time: Time,
    // ONE string with spaces in operation.md's sample.
    resource_ids: List,
    error_codes: List,
    action_describe: Text,
  })
  .transform((row) => ({
    jobId: JOB_ID.test(row.job_id) ? row.job_id : null,
    action: row.job_action,
    status: row.status.trim().toLowerCase(),
    createdAt: row.create_time,
    /** When it came to its status. */
    changedAt: row.status_time,
    resources: [row.resource_ids].flat().flatMap((ids) => String(ids).split(/[\s,]+/)),
    errorCodes: [row.error_codes].flat().join(', ').trim(),
    description: row.action_describe.trim(),
  }))

const Total = z
  .union([z.number(), z.string().regex(/^\d+$/).transform(Number)])
  .nullish()
  .catch(null)

/** A page of a list; `total` null when the service did not say (`total_count`, in a text of the documents `total_sum`). */
export type Page<Row> = { rows: readonly Row[]; total: number | null }

export const OperationPage = z
  .object({ job_set: z.array(Operation), total_count: Total })
  .transform((page): Page<Operation> => ({ rows: page.job_set, total: page.total_count ?? null }))

/** A node of listNodes. `transition` is empty when nothing is being done to it; its words are not documented. */
export type EhpcNode = z.infer<typeof EhpcNode>
const EhpcNode = z
  .object({ node_id: z.string().min(1), role: Text, status: Text, transition_status: Text })
  .transform((row) => ({ nodeId: row.node_id, role: row.role, status: row.status, transition: row.transition_status }))

export const NodePage = z
  .object({ hpc_app_nodes_set: z.array(EhpcNode), total_count: Total })
  .transform((page): Page<EhpcNode> => ({ rows: page.hpc_app_nodes_set, total: page.total_count ?? null }))

/** Clusters by id → status, and what is being done to them. */
export const ClusterList = z
  .object({ cluster_set: z.array(z.object({ cluster_id: Text, cluster_status: Text, transition_status: Text })) })
  .transform(
    ({ cluster_set }) =>
      new Map(cluster_set.map((c) => [c.cluster_id, { status: c.cluster_status, transition: c.transition_status }])),
  )
