import * as z from 'zod'

const Health = z.enum(['healthy', 'unhealthy'])

export const EhpcNode = z.object({
  nodeId: z.string(),
  role: z.enum(['controller', 'login', 'compute']),
  status: z.enum(['active', 'stopped']),
  /** Empty when nothing is being done to the node. */
  transition: z.string(),
  createdAt: z.number(),
  statusAt: z.number(),
  health: Health,
  healthTurn: z.object({ at: z.number(), to: Health }).nullable(),
})
export type EhpcNode = z.infer<typeof EhpcNode>

export const EhpcCluster = z.object({
  clusterId: z.string(),
  /** AppCenter's name of the cluster: the one that its nodes carry. */
  appClusterId: z.string(),
  zone: z.string(),
  status: z.enum(['active', 'stopped']),
  transition: z.string(),
  createdAt: z.number(),
  statusAt: z.number(),
  /** Made because somebody asked for it: its nodes are made the same way. */
  made: z.boolean(),
  nodes: z.array(EhpcNode),
  deleted: z.array(z.string()),
})
export type EhpcCluster = z.infer<typeof EhpcCluster>

const EhpcAction = z.enum(['restart', 'delete', 'start', 'stop'])
export type EhpcAction = z.infer<typeof EhpcAction>

export const EhpcJob = z.object({
  jobId: z.string(),
  action: EhpcAction,
  zone: z.string(),
  clusterIds: z.array(z.string()),
  nodeIds: z.array(z.string()),
  /** Those of the ids above that the job will not manage. */
  failing: z.array(z.string()),
  createdAt: z.number(),
  endsAt: z.number(),
  hiddenPolls: z.number(),
  settled: z.boolean(),
})
export type EhpcJob = z.infer<typeof EhpcJob>

/** Everything the simulated EHPC remembers; times are milliseconds of the clock. */
export const EhpcState = z.object({
  clusters: z.record(z.string(), EhpcCluster),
  jobs: z.array(EhpcJob),
  /** Times of the calls that count against the quota, oldest first. */
  calls: z.array(z.number()),
  actions: z.array(z.object({ nodeId: z.string(), action: EhpcAction, at: z.number(), jobId: z.string() })),
})
export type EhpcState = z.infer<typeof EhpcState>
