import { draw, drawBetween } from '../seeded.ts'
import type { SimClock } from '../simulator.ts'
import { turnHealth } from './health.ts'
import { drawId } from './ids.ts'
import type { EhpcFleet, EhpcOddities } from './options.ts'
import type { EhpcAction, EhpcCluster, EhpcJob, EhpcNode, EhpcState } from './state.ts'

/** What a node or cluster shows while a job runs on it; the names are not documented. */
const transitions = { restart: 'restarting', delete: 'deleting', start: 'starting', stop: 'stopping' }

const onClusters = (action: EhpcAction): action is 'start' | 'stop' => action === 'start' || action === 'stop'

export type EhpcCloud = {
  state: EhpcState
  seed: number
  clock: SimClock
  fleet: EhpcFleet
  oddities: EhpcOddities
}

/** Accepts a job: from here on its nodes and clusters are in transition and the act is on record. */
export const openEhpcJob = (
  { state, seed, clock, fleet, oddities }: EhpcCloud,
  order: { action: EhpcAction; clusters: EhpcCluster[]; nodes: EhpcNode[] },
): EhpcJob => {
  const { action, clusters, nodes } = order
  const now = clock.now()
  const serial = state.jobs.length
  const span = onClusters(action) ? oddities.clusterJobMs : oddities.nodeJobMs
  const targets = onClusters(action) ? clusters.map(({ clusterId }) => clusterId) : nodes.map(({ nodeId }) => nodeId)
  const broken = new Set(fleet.failing)
  // A failing cluster fails all that is done in it.
  const allFail = clusters.some(({ clusterId }) => broken.has(clusterId)) && !onClusters(action)
  const job: EhpcJob = {
    jobId: `j-${drawId(11, seed, 'job', serial)}`,
    action,
    zone: clusters[0]?.zone ?? '',
    clusterIds: clusters.map(({ clusterId }) => clusterId),
    nodeIds: nodes.map(({ nodeId }) => nodeId),
    failing: targets.filter((id) => allFail || broken.has(id) || draw(seed, 'failure', serial, id) < fleet.failureRate),
    createdAt: now,
    endsAt: now + drawBetween(span, seed, 'duration', serial) / clock.scale,
    hiddenPolls: oddities.invisiblePolls,
    settled: false,
  }

  if (onClusters(action)) for (const cluster of clusters) cluster.transition = transitions[action]
  const moving = onClusters(action) ? clusters.flatMap((cluster) => cluster.nodes) : nodes
  for (const node of moving) node.transition = transitions[action]
  state.jobs.push(job)
  state.actions.push(...targets.map((nodeId) => ({ nodeId, action, at: now, jobId: job.jobId })))
  return job
}

const settleNodes = (cluster: EhpcCluster, job: EhpcJob, healthLag: number): void => {
  const ids = new Set(job.nodeIds)
  const broken = new Set(job.failing)
  for (const node of cluster.nodes.filter(({ nodeId }) => ids.has(nodeId))) {
    node.transition = ''
    node.statusAt = job.endsAt
    if (job.action === 'restart') {
      turnHealth(node, broken.has(node.nodeId) ? 'unhealthy' : 'healthy', job.endsAt, healthLag)
    }
  }
  if (job.action !== 'delete') return
  const gone = new Set(job.nodeIds.filter((id) => !broken.has(id)))
  cluster.nodes = cluster.nodes.filter(({ nodeId }) => !gone.has(nodeId))
  cluster.deleted.push(...gone)
}

const settleCluster = (cluster: EhpcCluster, job: EhpcJob, healthLag: number): void => {
  cluster.transition = ''
  cluster.statusAt = job.endsAt
  if (!job.failing.includes(cluster.clusterId)) cluster.status = job.action === 'start' ? 'active' : 'stopped'
  for (const node of cluster.nodes) {
    node.transition = ''
    node.status = cluster.status
    node.statusAt = job.endsAt
    turnHealth(node, cluster.status === 'active' ? 'healthy' : 'unhealthy', job.endsAt, healthLag)
  }
}

/** Brings every job that has ended by now to its effect, in the order of their ends. */
export const settleEhpcJobs = ({ state, clock, oddities }: EhpcCloud): void => {
  const now = clock.now()
  const healthLag = oddities.healthLagMs / clock.scale
  const ended = state.jobs.filter((job) => !job.settled && job.endsAt <= now).toSorted((a, b) => a.endsAt - b.endsAt)

  for (const job of ended) {
    job.settled = true
    for (const clusterId of job.clusterIds) {
      const cluster = state.clusters[clusterId]
      if (cluster === undefined) continue
      if (onClusters(job.action)) settleCluster(cluster, job, healthLag)
      else settleNodes(cluster, job, healthLag)
    }
  }
}
