import type { RawRequest } from '../simulator.ts'
import { ClustersBody, NodesBody, readEhpcBody } from './body.ts'
import { findEhpcCluster, findEhpcNodes } from './fleet.ts'
import { openEhpcJob } from './jobs.ts'
import type { EhpcCloud } from './jobs.ts'
import { denied } from './refusal.ts'
import type { EhpcCluster, EhpcNode } from './state.ts'

const refuseBusy = ({ state, oddities }: EhpcCloud, cluster: EhpcCluster): void => {
  const { clusterId, transition } = cluster
  if (transition !== '') throw denied(`cluster [${clusterId}] is ${transition}, please try later`)
  const running = state.jobs.some((job) => !job.settled && job.clusterIds.includes(clusterId))
  // Documented for deleteCluster only; taken to hold for all (qingcloud-ehpc.md section 7 item 10).
  if (running && oddities.busyCluster === 'refuse') throw denied(`cluster [${clusterId}] has an operation running`)
}

const refuseNodes = (nodes: ReadonlyArray<EhpcNode>, what: string): void => {
  for (const { nodeId, role, transition } of nodes) {
    // The console lets login and compute nodes of EHPC clusters be restarted and deleted, never the controller.
    if (role === 'controller') throw denied(`node [${nodeId}] is the controller, can not be ${what}`)
    if (transition !== '') throw denied(`node [${nodeId}] is ${transition}, can not be ${what}`)
  }
}

/** "集群每个节点类型至少保留一个节点": each node type keeps at least one node. */
const refuseEmptyRole = (cluster: EhpcCluster, leaving: ReadonlyArray<EhpcNode>): void => {
  const gone = new Set(leaving)
  for (const role of new Set(leaving.map((node) => node.role))) {
    const stays = (node: EhpcNode) => node.role === role && !gone.has(node) && node.transition !== 'deleting'
    if (!cluster.nodes.some(stays)) throw denied(`at least one ${role} node has to be kept`)
  }
}

const participles = { restart: 'restarted', delete: 'deleted', start: 'started', stop: 'stopped' }

const actOnNodes = (action: 'restart' | 'delete') => (cloud: EhpcCloud, request: RawRequest) => {
  const body = readEhpcBody(NodesBody, request)
  const now = cloud.clock.now()
  const cluster = findEhpcCluster(cloud.state, cloud.fleet, { clusterId: body.cluster_id, zone: body.zone }, now)
  const nodes = findEhpcNodes(cluster, [...new Set(body.node_ids)], now)
  if (cluster.status !== 'active') {
    throw denied(`cluster [${cluster.clusterId}] is not active, nodes can not be ${participles[action]}`)
  }
  refuseBusy(cloud, cluster)
  refuseNodes(nodes, participles[action])
  if (action === 'delete') refuseEmptyRole(cluster, nodes)

  return openEhpcJob(cloud, { action, clusters: [cluster], nodes })
}

const actOnClusters = (action: 'start' | 'stop') => (cloud: EhpcCloud, request: RawRequest) => {
  const body = readEhpcBody(ClustersBody, request)
  const now = cloud.clock.now()
  const needed = action === 'start' ? 'stopped' : 'active'
  const clusters = [...new Set(body.cluster_ids)].map((clusterId) =>
    findEhpcCluster(cloud.state, cloud.fleet, { clusterId, zone: body.zone, status: needed }, now),
  )
  for (const cluster of clusters) {
    refuseBusy(cloud, cluster)
    if (cluster.status !== needed) {
      throw denied(`cluster [${cluster.clusterId}] is not ${needed}, can not be ${participles[action]}`)
    }
  }

  return openEhpcJob(cloud, { action, clusters, nodes: [] })
}

/** The mutating calls by path: what answers them, and the `action` of their answer. Each throws EhpcRefusal. */
export const ehpcActions = {
  '/api/cluster/restartNodes': { act: actOnNodes('restart'), answer: 'HpcClusterRestartClusterNodesResponse' },
  '/api/cluster/deleteNodes': { act: actOnNodes('delete'), answer: 'HpcClusterDeleteClusterNodesResponse' },
  '/api/cluster/startCluster': { act: actOnClusters('start'), answer: 'HpcClusterStartClusterResponse' },
  '/api/cluster/stopCluster': { act: actOnClusters('stop'), answer: 'HpcClusterStopClusterResponse' },
}
