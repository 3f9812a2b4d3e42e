import { type Problem, Unavailable } from '../../domain/problem.ts'
import type { Work } from '../../domain/work.ts'
import type { Api } from '../../provider-kit/api.ts'
import { isLeaving, listNodes } from './nodes.ts'
import type { EhpcNode } from './schema.ts'
import { clusterOf } from './scope.ts'

/**
 * Rules for a deletion that only the cluster's nodes can tell: each is a login or compute node of the cluster, and each
 * type of node keeps at least one (deletenodes.md), over the whole request, as batches that each leave one can together
 * leave none. Throws Unavailable when the nodes cannot be read.
 */
export const preflightEhpc = async (work: Work, nodeIds: readonly string[], api: Api): Promise<readonly Problem[]> => {
  if (work.action !== 'delete') return []

  const clusterId = clusterOf(work, nodeIds)
  const list = await listNodes(work.target, clusterId, api)
  if (list.kind === 'failed' && !list.absent) {
    throw new Unavailable(
      `the nodes of ${clusterId} cannot be read, so that no deletion can be checked: ${list.unreadable.reason}`,
    )
  }
  if (list.kind === 'failed' || list.nodes.size === 0) {
    return [
      {
        path: 'target.clusterId',
        message: `shows no nodes in this zone: ${clusterId} is not there, or not to be seen`,
      },
    ]
  }
  return [...nodeProblems(list.nodes, nodeIds, clusterId), ...floorProblems(list.nodes, new Set(nodeIds))]
}

const nodeProblems = (
  nodes: ReadonlyMap<string, EhpcNode>,
  nodeIds: readonly string[],
  clusterId: string,
): readonly Problem[] =>
  nodeIds.flatMap((id) => {
    const node = nodes.get(id)
    // The ids come sorted and each once: where they stood in the request is not known here.
    const path = 'nodeIds'
    if (node === undefined) return [{ path, message: `${id} is not a node of ${clusterId}` }]
    // The console deletes login and compute nodes only, and there is exactly one controller (delete_node.md).
    return isController(node)
      ? [{ path, message: `${id} is the controller of ${clusterId}, which cannot be deleted` }]
      : []
  })

const floorProblems = (nodes: ReadonlyMap<string, EhpcNode>, leaving: ReadonlySet<string>): readonly Problem[] => {
  const byRole = Map.groupBy(nodes.values(), (node) => node.role)
  return [...byRole].flatMap(([role, members]) => {
    const asked = members.filter((node) => leaving.has(node.nodeId))
    const stays = members.some((node) => !leaving.has(node.nodeId) && !isLeaving(node))
    if (asked.length === 0 || stays || members.every(isController)) return []
    const kind = role === '' ? 'nodes of unknown type' : `${role} nodes`
    return [
      { path: 'nodeIds', message: `would leave the cluster without ${kind}: each type of node keeps at least one` },
    ]
  })
}

const isController = (node: EhpcNode): boolean => node.role === 'controller'
