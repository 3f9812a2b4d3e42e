import type { JobReport } from '../../domain/job.ts'
import type { Trace } from '../../domain/evidence.ts'
import type { Target } from '../../domain/work.ts'
import type { Api } from '../../provider-kit/api.ts'
import type { FollowedJob } from '../../provider-kit/provider.ts'
import type { NotSeen } from './look.ts'
import { isLeaving, listNodes } from './nodes.ts'
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
  if (list.nodes.size === 0) return { kind: 'seen', presence: null }
  const presence = nodeIds.map((id): [string, Presence] => {
    const node = list.nodes.get(id)
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
