import type { JobReport, NodeReport } from '../../domain/job.ts'
import type { Trace } from '../../domain/evidence.ts'
import type { Target } from '../../domain/work.ts'
import type { Api } from '../../provider-kit/api.ts'
import type { FollowedJob } from '../../provider-kit/provider.ts'
import type { NotSeen } from './look.ts'
import { isLeaving, listNodes } from './nodes.ts'
import { PAGE_ROWS } from './pages.ts'
import { clusterOf } from './scope.ts'

export type Presence = 'present' | 'in transition' | 'leaving' | 'gone'

/** Which nodes of a deletion are still there; null when the cluster shows no node at all, which proves nothing: it keeps some. */
export const presenceOf = async (
  target: Target,
  clusterId: string,
  nodeIds: readonly string[],
  api: Api,
): Promise<{ kind: 'seen'; presence: ReadonlyMap<string, Presence> | null } | NotSeen> => {
  const list = await listNodes(target, clusterId, api)
  if (list.kind === 'failed') return list
  // Of several pages: a deletion between two of them shifts the next one, and hides a node.
  const isShifting = list.nodes.size >= PAGE_ROWS && nodeIds.some((id) => !list.nodes.has(id))
  const again = isShifting ? await listNodes(target, clusterId, api) : list
  if (again.kind === 'failed') return again
  const nodes = new Map([...list.nodes, ...again.nodes])
  if (nodes.size === 0) return { kind: 'seen', presence: null }
  const presence = nodeIds.map((id): [string, Presence] => {
    const node = nodes.get(id)
    if (node === undefined) return [id, 'gone']
    if (isLeaving(node)) return [id, 'leaving']
    return [id, node.transition === '' ? 'present' : 'in transition']
  })
  return { kind: 'seen', presence: new Map(presence) }
}

/** What a node's presence says of a deletion that no operation shows. */
export const deletionTrace = {
  present: 'untouched',
  'in transition': 'unclear',
  leaving: 'applied',
  gone: 'applied',
} as const satisfies Record<Presence, Trace>

/** A deletion whose job is not known goes by the nodes: those that are gone are deleted. */
export const pollDeletion = async (job: FollowedJob, api: Api): Promise<JobReport> => {
  const seen = await presenceOf(job.target, clusterOf(job, job.nodeIds), job.nodeIds, api)
  if (seen.kind === 'failed') return seen.unreadable

  const gone = job.nodeIds.filter((id) => seen.presence?.get(id) === 'gone')
  const leaving = job.nodeIds.some((id) => seen.presence?.get(id) === 'leaving')
  const nodes = gone.map((nodeId) => ({ nodeId, outcome: 'succeeded' as const, code: null, reason: null }))
  const late = api.now() > job.submittedAt + job.visibilityMs
  if (gone.length < job.nodeIds.length && (leaving || !late)) return { kind: 'running', nodes }
  return {
    kind: 'ended',
    nodes,
    rest: {
      outcome: 'unknown',
      code: 'JobGone',
      reason: 'no operation shows the deletion, and the node is still there',
    },
  }
}

/**
 * A deletion of several nodes that did not succeed as a whole: EHPC does not say which of them are gone, but the cluster shows it. A
 * node that is gone was deleted; one that is idle was not.
 */
export const deletedInPart = async (
  job: FollowedJob,
  report: Extract<JobReport, { kind: 'ended' }>,
  api: Api,
): Promise<JobReport> => {
  const seen = await presenceOf(job.target, clusterOf(job, job.nodeIds), job.nodeIds, api)
  if (seen.kind === 'failed') return seen.absent ? report : seen.unreadable
  const { presence } = seen
  if (presence === null) return report

  const said = new Map(report.nodes.map((node) => [node.nodeId, node]))
  const nodes = job.nodeIds.map((nodeId): NodeReport => {
    const node = said.get(nodeId) ?? { nodeId, ...report.rest }
    const there = presence.get(nodeId)
    if (there === 'gone') return { ...node, outcome: 'succeeded', code: null, reason: null }
    return there === 'present' ? { ...node, outcome: 'failed' } : node
  })
  const isOver = job.nodeIds.every((id) => presence.get(id) !== 'leaving')
  if (isOver) return { ...report, nodes }
  return { kind: 'running', nodes: nodes.filter(({ outcome }) => outcome === 'succeeded') }
}
