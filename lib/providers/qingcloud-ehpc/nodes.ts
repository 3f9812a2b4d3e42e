import type { Target } from '../../domain/work.ts'
import type { Api } from '../../provider-kit/api.ts'
import type { NotSeen } from './look.ts'
import { readPages } from './pages.ts'
import { type EhpcNode, NodePage } from './schema.ts'
import { zoneOf } from './scope.ts'

/** The nodes of a cluster by id, all of them. */
export type ClusterNodes = { kind: 'seen'; nodes: ReadonlyMap<string, EhpcNode> }

/** Reads all nodes of a cluster (listNodes). A list with a gap is no list: a node missing in it may well exist. */
export const listNodes = async (target: Target, clusterId: string, api: Api): Promise<ClusterNodes | NotSeen> => {
  const query = { zone: zoneOf(target), cluster_id: clusterId }
  const seen = await readPages(api, '/api/cluster/listNodes', query, NodePage, () => false)
  if (seen.kind === 'failed') return seen
  if (!seen.data.complete) return gap
  const present = seen.data.rows.filter((node) => !/^(?:deleted|ceased)$/i.test(node.status))
  return { kind: 'seen', nodes: new Map(present.map((node) => [node.nodeId, node])) }
}

/** The words of `transition_status` are not documented. */
export const isLeaving = (node: EhpcNode): boolean => /delet/i.test(node.transition) || /delet/i.test(node.status)

const gap: NotSeen = {
  kind: 'failed',
  absent: false,
  final: false,
  unreadable: {
    kind: 'unreadable',
    code: 'IncompleteList',
    reason: 'the list of nodes has fewer rows than its total_count',
    waitMs: null,
    auth: false,
  },
}
