import * as z from 'zod'
import { gatewayState } from '../huawei-gateway.ts'

const action = z.enum(['restart', 'start', 'stop', 'delete'])
export type Action = z.infer<typeof action>
const restStatus = z.enum(['ACTIVE', 'SHUTOFF', 'DELETED'])
export type RestStatus = z.infer<typeof restStatus>

/** One action on one server: accepted, then begun, then over; times in ms, an end of null never comes (stuck). */
const task = z.object({
  action,
  soft: z.boolean(),
  jobId: z.string(),
  beginsAt: z.number(),
  endsAt: z.number().nullable(),
  /** The status it leaves behind. */
  leaves: restStatus,
})

const server = z.object({
  id: z.string(),
  projectId: z.string(),
  name: z.string(),
  prepaid: z.boolean(),
  createdAt: z.number(),
  /** When it last came to rest, and as what. */
  updatedAt: z.number(),
  status: restStatus,
  /** How many actions it was put through; makes each action's draw its own. */
  actions: z.int(),
  task: task.optional(),
})
export type Server = z.infer<typeof server>

const subJob = z.object({
  id: z.string(),
  serverId: z.string(),
  beginsAt: z.number(),
  endsAt: z.number().nullable(),
  failure: z.object({ code: z.string(), message: z.string() }).optional(),
})
export type SubJob = z.infer<typeof subJob>

const job = z.object({
  id: z.string(),
  projectId: z.string(),
  action,
  acceptedAt: z.number(),
  beginsAt: z.number(),
  /** Between the end of the last sub job and that of the job, ms. */
  settleMs: z.number(),
  /** Null while a server is stuck in it. */
  endsAt: z.number().nullable(),
  subJobs: z.array(subJob),
})
export type Job = z.infer<typeof job>

const accepted = z.object({
  nodeId: z.string(),
  action,
  at: z.number(),
  jobId: z.string(),
  options: z.record(z.string(), z.unknown()),
})
export type Accepted = z.infer<typeof accepted>

/** Servers that were acted on at a time (ms) in a project: the rolling minute. */
const admission = z.object({ projectId: z.string(), at: z.number(), servers: z.int() })

export const ecsSnapshot = z.object({
  bornAt: z.number(),
  jobsMade: z.int(),
  gateway: gatewayState,
  servers: z.array(server),
  jobs: z.array(job),
  admissions: z.array(admission),
  actions: z.array(accepted),
})
export type EcsSnapshot = z.infer<typeof ecsSnapshot>

/** The state in use. Servers and jobs are replaced and never changed, so that a snapshot shares them safely. */
export type EcsState = {
  bornAt: number
  jobsMade: number
  servers: Map<string, Server>
  jobs: Map<string, Job>
  admissions: z.infer<typeof admission>[]
  actions: Accepted[]
  revision: number
}
