import { findEhpcCluster } from './fleet.ts'
import { healthAt } from './health.ts'
import type { EhpcCloud } from './jobs.ts'
import { ehpcOwner } from './operations.ts'
import { asked, ehpcTime, isVerbose, pageOf, valuesOf } from './page.ts'
import type { EhpcTarget } from './signature.ts'
import type { EhpcCluster } from './state.ts'

const clustersAsked = (target: EhpcTarget, cloud: EhpcCloud): EhpcCluster[] => {
  const zone = valuesOf(target, 'zone')[0] ?? ''
  const now = cloud.clock.now()
  // Asked for by name, an unknown cluster comes to be, or the list is empty: a list never answers "not found".
  for (const clusterId of cloud.fleet.unknown === 'create' ? valuesOf(target, 'cluster_id') : []) {
    if (/^e?hpc-[0-9a-z]+$/u.test(clusterId) && cloud.state.clusters[clusterId] === undefined) {
      findEhpcCluster(cloud.state, cloud.fleet, { clusterId, zone }, now)
    }
  }
  return Object.values(cloud.state.clusters).filter(
    (cluster) => cluster.zone === zone && asked(target, ['cluster_id'], cluster.clusterId, cluster.appClusterId),
  )
}

const mentions = (target: EhpcTarget, ...texts: ReadonlyArray<string>): boolean =>
  valuesOf(target, 'search_word').every((word) => texts.some((text) => text.includes(word)))

/** GET /api/cluster/list. Throws EhpcRefusal 1101. */
export const listEhpcClusters = (target: EhpcTarget, cloud: EhpcCloud): Record<string, unknown> => {
  const found = clustersAsked(target, cloud).filter(
    ({ clusterId, status }) =>
      asked(target, ['status'], status) &&
      asked(target, ['cluster_type'], clusterId.split('-')[0] ?? '') &&
      asked(target, ['owner'], ehpcOwner) &&
      mentions(target, clusterId),
  )
  const rows = pageOf(target, found).map((cluster) => ({
    cluster_id: cluster.clusterId,
    app_cluster_id: cluster.appClusterId,
    cluster_name: cluster.clusterId,
    cluster_status: cluster.status,
    transition_status: cluster.transition,
    cluster_type: cluster.clusterId.split('-')[0] ?? '',
    total_node_count: cluster.nodes.length,
    create_time: ehpcTime(cluster.createdAt),
    status_time: ehpcTime(cluster.statusAt),
    owner: ehpcOwner,
    zone: cluster.zone,
  }))
  return { action: 'HpcClusterListClusterResponse', cluster_set: rows, total_count: found.length }
}

/** GET /api/cluster/listNodes; `verbose` adds the machine's details. Throws EhpcRefusal 1101. */
export const listEhpcNodes = (target: EhpcTarget, cloud: EhpcCloud): Record<string, unknown> => {
  const now = cloud.clock.now()
  const found = clustersAsked(target, cloud)
    .flatMap((cluster) => cluster.nodes.map((node) => ({ cluster, node, health: healthAt(node, now) })))
    .filter(
      ({ node, health }) =>
        asked(target, ['status'], node.status) &&
        asked(target, ['node_role'], node.role) &&
        asked(target, ['health_status'], health) &&
        mentions(target, node.nodeId),
    )
  const details = isVerbose(target)
    ? { cpu: 4, memory: 8192, group_id: 0, queue_info: [], private_ip: '192.168.0.2' }
    : {}
  const rows = pageOf(target, found).map(({ cluster, node, health }) => ({
    node_id: node.nodeId,
    // Not the ehpc- id: nodes carry AppCenter's (qingcloud-ehpc.md section 2.3).
    cluster_id: cluster.appClusterId,
    name: node.nodeId,
    role: node.role,
    status: node.status,
    transition_status: node.transition,
    health_status: health,
    status_time: ehpcTime(node.statusAt),
    create_time: ehpcTime(node.createdAt),
    instance_id: `i-${node.nodeId.slice('cln-'.length)}`,
    owner: ehpcOwner,
    ...details,
  }))
  return { action: 'HpcClusterListNodesResponse', hpc_app_nodes_set: rows, total_count: found.length }
}
