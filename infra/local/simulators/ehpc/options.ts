import type { SimClock } from '../simulator.ts'

export type EhpcCredentials = { accessKeyId: string; secretAccessKey: string }

export type EhpcRole = 'controller' | 'login' | 'compute'

export type EhpcFleet = {
  /** What an id means that was never heard of: `create` makes a healthy cluster or compute node, `missing` answers 2100. */
  unknown: 'create' | 'missing'
  clusters: ReadonlyArray<{
    clusterId: string
    zone: string
    status?: 'active' | 'stopped'
    nodes: ReadonlyArray<{ nodeId: string; role: EhpcRole }>
  }>
  /** Node and cluster ids on which every job fails. */
  failing: ReadonlyArray<string>
  /** Share (0 to 1) of acts on a node or cluster that fail, drawn with the seed. */
  failureRate: number
}

/** Durations are simulated milliseconds: they pass `clock.scale` times faster. */
export type EhpcOddities = {
  /** The parameter tables of deleteNodes, startCluster and stopCluster say `job_ids`, their examples `job_id`. */
  jobIdForm: 'job_id' | 'job_ids string' | 'job_ids array'
  /** How many looks at /operation that would show a new job do not show it yet. */
  invisiblePolls: number
  /** Status of a job in its first half, in its second half, and of one that failed; any word may stand here. */
  words: { waiting: string; running: string; failed: string }
  /** How long an ended job stays in /operation; null: for ever. The documents say only "recent". */
  retentionMs: number | null
  retCode: 'number' | 'string'
  /** A second operation on a cluster that has one running. */
  busyCluster: 'refuse' | 'allow'
  /** `lenient` also takes a signature that was percent-encoded once. */
  signature: 'strict' | 'lenient'
  /** Calls per rolling hour of a user. */
  quota: number
  nodeJobMs: readonly [number, number]
  clusterJobMs: readonly [number, number]
  /** How long health_status says what is no longer so. */
  healthLagMs: number
}

export type EhpcOptions = {
  clock: SimClock
  seed: number
  credentials: EhpcCredentials
  fleet?: Partial<EhpcFleet>
  oddities?: Partial<EhpcOddities>
}

export const ehpcFleetDefaults: EhpcFleet = { unknown: 'create', clusters: [], failing: [], failureRate: 0 }

/** What the real cloud is most likely to do: qingcloud-ehpc.md sections 2 to 4 and 7. */
export const ehpcOddityDefaults: EhpcOddities = {
  jobIdForm: 'job_id',
  invisiblePolls: 0,
  words: { waiting: 'pending', running: 'pending', failed: 'failed' },
  retentionMs: null,
  retCode: 'number',
  busyCluster: 'refuse',
  signature: 'strict',
  quota: 2000,
  // The sample of operation.md took 7 s from create_time to status_time.
  nodeJobMs: [5_000, 9_000],
  // No figure exists for start and stop; creating a cluster takes 5 to 8 minutes.
  clusterJobMs: [60_000, 120_000],
  // The app's health check looks every 60 s and turns after 3 equal answers.
  healthLagMs: 180_000,
}
