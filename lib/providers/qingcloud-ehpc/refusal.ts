import type { Submission } from '../../domain/submission.ts'
import type { Work } from '../../domain/work.ts'
import type { Api } from '../../provider-kit/api.ts'
import { DENIED, NOT_FOUND } from './codes.ts'
import { look, type NotSeen } from './look.ts'
import { listNodes } from './nodes.ts'
import { ALLOWANCE_MS, listOperations } from './operations.ts'
import { ClusterList } from './schema.ts'
import { clusterOf, isOnClusters, zoneOf } from './scope.ts'

type Rejected = Extract<Submission, { kind: 'rejected' }>

/** About as long as a job of its kind takes (see the manifest's timing), and easy on the quota, ms. */
const NODES_BUSY_MS = 15_000
const CLUSTER_BUSY_MS = 60_000

/**
 * What a refusal means, given the state of the cluster. 1400 is said for a resource "not in a changeable state" and for
 * a lack of rights alike (error_code.md), and a cluster may take one operation at a time (documented for deleteCluster
 * only): busy is worth waiting for. 2100 on delete can mean that the goal is already met.
 *
 * @param sentAt when the refused call was sent, ms
 */
export const examineRefusal = (
  refusal: Rejected,
  work: Work,
  nodeIds: readonly string[],
  sentAt: number,
  api: Api,
): Submission | Promise<Submission> => {
  if (refusal.code === DENIED) return examineDenied(refusal, work, nodeIds, sentAt, api)
  return refusal.code === NOT_FOUND && !isOnClusters(work.action)
    ? examineNotFound(refusal, work, nodeIds, api)
    : refusal
}

const examineDenied = async (
  refusal: Rejected,
  work: Work,
  nodeIds: readonly string[],
  sentAt: number,
  api: Api,
): Promise<Submission> => {
  const clusterId = clusterOf(work, nodeIds)
  const list = await listOperations(work.target, clusterId, api, api.now(), () => true)
  if (list.kind === 'failed') return notExamined(refusal, list)

  // Words that are not known are no proof that anything is going on.
  const running = list.data.rows.find((row) => row.status === 'pending' || row.status === 'working')
  if (running !== undefined) return busy(refusal, /nodes/i.test(running.action) ? NODES_BUSY_MS : CLUSTER_BUSY_MS)
  if (isOnClusters(work.action)) return examineCluster(refusal, work, clusterId, api)

  // What has ended since the call was sent was in its way: a batch must not be halved, or fail, for that.
  const overSince = sentAt + list.skewMs - ALLOWANCE_MS
  if (list.data.rows.some(({ changedAt }) => changedAt !== null && changedAt >= overSince)) {
    return busy(refusal, NODES_BUSY_MS)
  }
  return examineNodes(refusal, work, clusterId, nodeIds, api)
}

/** A new job may not be listed yet while its nodes are already in transition. A cluster all of whose nodes are off is no matter of one node. */
const examineNodes = async (
  refusal: Rejected,
  work: Work,
  clusterId: string,
  nodeIds: readonly string[],
  api: Api,
): Promise<Submission> => {
  const list = await listNodes(work.target, clusterId, api)
  if (list.kind === 'failed') return notExamined(refusal, list)

  const nodes = [...list.nodes.values()]
  if (nodes.some((node) => node.transition !== '')) return busy(refusal, NODES_BUSY_MS)
  const allOff = nodeIds.every((id) => /^(?:stopped|suspended)$/i.test(list.nodes.get(id)?.status ?? ''))
  return { ...refusal, perNode: !allOff }
}

/** Start is for stopped clusters, stop for active ones: refused where the goal is already met. */
const examineCluster = async (refusal: Rejected, work: Work, clusterId: string, api: Api): Promise<Submission> => {
  const query = { zone: zoneOf(work.target), cluster_id: clusterId, limit: '100' }
  const list = await look(api, '/api/cluster/list', query, ClusterList)
  if (list.kind === 'failed') return notExamined(refusal, list)

  const cluster = list.data.get(clusterId)
  if (cluster === undefined) return refusal
  if (cluster.transition !== '') return busy(refusal, CLUSTER_BUSY_MS)
  return cluster.status === (work.action === 'start' ? 'active' : 'stopped')
    ? { ...refusal, kind: 'achieved' }
    : refusal
}

/** None of the nodes is in the cluster: then not one bad node spoilt the call, and a deletion has nothing left to do. */
const examineNotFound = async (
  refusal: Rejected,
  work: Work,
  nodeIds: readonly string[],
  api: Api,
): Promise<Submission> => {
  const list = await listNodes(work.target, clusterOf(work, nodeIds), api)
  if (list.kind === 'failed') return list.absent ? { ...refusal, perNode: false } : refusal
  if (nodeIds.some((id) => list.nodes.has(id))) return refusal
  const achieved = work.action === 'delete' && list.nodes.size > 0
  return { ...refusal, kind: achieved ? 'achieved' : 'rejected', perNode: false }
}

const busy = ({ code, reason }: Rejected, waitMs: number): Submission => ({ kind: 'throttled', code, reason, waitMs })

/** Nothing was done, so asking again is safe, and better than to fail for what may be a busy cluster. */
const notExamined = (refusal: Rejected, failed: NotSeen): Submission =>
  failed.final ? refusal : busy(refusal, Math.max(NODES_BUSY_MS, failed.unreadable.waitMs ?? 0))
