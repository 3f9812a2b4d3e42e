import { drawId } from './ids.ts'
import type { EhpcFleet, EhpcRole } from './options.ts'
import { notFound } from './refusal.ts'
import type { EhpcCluster, EhpcNode, EhpcState } from './state.ts'

const isClusterId = (id: string): boolean => /^e?hpc-[0-9a-z]+$/u.test(id)
const isNodeId = (id: string): boolean => /^cln-[0-9a-z]+$/u.test(id)

const madeNodes: ReadonlyArray<readonly [EhpcRole, number]> = [
  ['controller', 1],
  ['login', 2],
  ['compute', 4],
]

const newNode = (nodeId: string, role: EhpcRole, status: EhpcNode['status'], now: number): EhpcNode => ({
  nodeId,
  role,
  status,
  transition: '',
  createdAt: now,
  statusAt: now,
  health: status === 'active' ? 'healthy' : 'unhealthy',
  healthTurn: null,
})

const newCluster = (
  { clusterId, zone, status = 'active', nodes }: EhpcFleet['clusters'][number],
  made: boolean,
  now: number,
): EhpcCluster => ({
  clusterId,
  appClusterId: `cl-${drawId(8, 0, 'cluster', clusterId)}`,
  zone,
  status,
  transition: '',
  createdAt: now,
  statusAt: now,
  made,
  nodes: nodes.map(({ nodeId, role }) => newNode(nodeId, role, status, now)),
  deleted: [],
})

/** The clusters that a fleet starts with. */
export const foundEhpcClusters = (fleet: EhpcFleet, now: number): Record<string, EhpcCluster> =>
  Object.fromEntries(fleet.clusters.map((seed) => [seed.clusterId, newCluster(seed, false, now)]))

const makeCluster = (clusterId: string, zone: string, status: EhpcCluster['status'], now: number): EhpcCluster => {
  const nodes = madeNodes.flatMap(([role, count]) =>
    Array.from({ length: count }, (_, index) => ({ nodeId: `cln-${drawId(8, 0, role, clusterId, index)}`, role })),
  )
  return newCluster({ clusterId, zone, status, nodes }, true, now)
}

/**
 * The cluster of an id in a zone; a fleet that creates the unknown makes one (1 controller, 2 login, 4 compute nodes) in
 * the status given. Throws EhpcRefusal 2100.
 */
export const findEhpcCluster = (
  state: EhpcState,
  fleet: EhpcFleet,
  asked: { clusterId: string; zone: string; status?: EhpcCluster['status'] },
  now: number,
): EhpcCluster => {
  const { clusterId, zone, status = 'active' } = asked
  const known = state.clusters[clusterId]
  if (known === undefined && fleet.unknown === 'create' && isClusterId(clusterId)) {
    const made = makeCluster(clusterId, zone, status, now)
    state.clusters[clusterId] = made
    return made
  }
  if (known?.zone !== zone) throw notFound(`cluster [${clusterId}] not found`)
  return known
}

/**
 * The nodes of the ids given; a cluster that was made on demand grows compute nodes of unknown ids. A deleted node never
 * comes back. Throws EhpcRefusal 2100.
 */
export const findEhpcNodes = (cluster: EhpcCluster, nodeIds: ReadonlyArray<string>, now: number): EhpcNode[] => {
  const known = new Map(cluster.nodes.map((node) => [node.nodeId, node]))
  const deleted = new Set(cluster.deleted)
  const unknown = nodeIds.filter((id) => !known.has(id))
  const lost = unknown.find((id) => !cluster.made || deleted.has(id) || !isNodeId(id))
  if (lost !== undefined) throw notFound(`node [${lost}] not found`)

  const grown = unknown.map((id) => newNode(id, 'compute', cluster.status, now))
  cluster.nodes.push(...grown)
  for (const node of grown) known.set(node.nodeId, node)

  return nodeIds.flatMap((id) => known.get(id) ?? [])
}
