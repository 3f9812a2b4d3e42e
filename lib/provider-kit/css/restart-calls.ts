import type { Problem } from '../../domain/problem.ts'
import type { Options, Target } from '../../domain/work.ts'
import type { ApiRequest } from '../api.ts'
import type { Cluster } from './cluster.ts'
import { clusterPath } from './path.ts'

/** The restart that is sent first, and what may be sent when the provider proves that it does not serve that path. */
export type RestartCalls = { first: ApiRequest; fallback: 'v2 of data nodes' | ApiRequest | null }

/** Restarts every type of node when the request names none. */
const ALL_TYPES = 'all'

/** Which call an operation's options ask for: restart v1, v2 of roles, v2 of one node, or rolling. */
export const restartCalls = (target: Target, options: Options, clusterId: string): RestartCalls => {
  const { roles, node, rolling } = wordsOf(options)
  if (rolling) {
    // The hyphen is current, the underscore deprecated (huawei-otc.md, section 4).
    const call = (verb: string) => v2Call(target, clusterId, verb, 'role', roles ?? ALL_TYPES)
    return { first: call('rolling-restart'), fallback: call('rolling_restart') }
  }
  if (node !== undefined) return { first: v2Call(target, clusterId, 'restart', 'node', node), fallback: null }
  if (roles !== undefined) return { first: v2Call(target, clusterId, 'restart', 'role', roles), fallback: null }
  // Deprecated in OTC's document of 2026, and the only one in the seed document.
  return {
    first: { method: 'POST', path: clusterPath('v1.0', target, clusterId, 'restart') },
    fallback: 'v2 of data nodes',
  }
}

/** ess and ess-cold hold data; the nodes of a Logstash cluster (lgs) are all alike. */
const DATA_TYPES: ReadonlySet<string> = new Set(['ess', 'ess-cold', 'lgs'])

/** What v1 does, said in v2: v1 restarts the data nodes only. Null when the cluster shows none. */
export const dataNodesCall = (target: Target, clusterId: string, { nodes }: Cluster): ApiRequest | null => {
  const types = [...new Set(nodes.map(({ type }) => type).filter((type) => DATA_TYPES.has(type)))]
  return types.length === 0 ? null : v2Call(target, clusterId, 'restart', 'role', types.toSorted().join(','))
}

/** What options say against each other, and how many clusters one node can be in; a manifest cannot say it. */
export const restartProblems = (options: Options, nodeIds: readonly string[]): Problem[] => {
  const { roles, node, rolling } = wordsOf(options)
  const problem = (when: boolean, name: string, message: string): Problem[] =>
    when ? [{ path: `options.${name}`, message }] : []
  return [
    ...problem(
      node !== undefined && rolling,
      'node',
      'cannot be used with rolling: a rolling restart takes node types',
    ),
    ...problem(
      node !== undefined && roles !== undefined,
      'node',
      'cannot be used with roles: name one node or node types',
    ),
    ...problem(
      node !== undefined && nodeIds.length > 1,
      'node',
      'names a node of one cluster: request that cluster only',
    ),
    ...problem(roles === ALL_TYPES && !rolling, 'roles', '"all" is for rolling restarts only: name the node types'),
  ]
}

const wordsOf = (options: Options): { roles: string | undefined; node: string | undefined; rolling: boolean } => ({
  roles: typeof options['roles'] === 'string' ? options['roles'] : undefined,
  node: typeof options['node'] === 'string' ? options['node'] : undefined,
  rolling: options['rolling'] === true,
})

const v2Call = (target: Target, clusterId: string, verb: string, type: 'node' | 'role', value: string): ApiRequest => ({
  method: 'POST',
  path: clusterPath('v2.0', target, clusterId, verb),
  body: JSON.stringify({ type, value }),
})
