import type { Evidence, Trace } from '../../domain/evidence.ts'
import type { Api } from '../api.ts'
import type { LostSubmission } from '../provider.ts'
import type { Cluster } from './cluster.ts'
import { lookAt, unseen } from './look.ts'
import { onlyCluster } from './only-cluster.ts'
import { isRestarting, namesRestart } from './restarting.ts'

type Finding = { trace: Trace; note: string }

/** `updated` has whole seconds: a change just after the call may bear a time just before it. */
const GRAIN_MS = 1_000

/** Looks for traces of a restart whose answer was lost. Throws Error when it is not of one cluster. */
export const reconcileRestart = async (lost: LostSubmission, api: Api): Promise<Evidence> => {
  const clusterId = onlyCluster(lost.nodeIds)
  const look = await lookAt(lost.target, clusterId, api)
  if (look.kind === 'failed' && !look.absent) return unseen(look)

  const { trace, note } =
    look.kind === 'cluster' ? findingOf(look.cluster, lost.sentAt + look.skewMs) : absent(unseen(look).code)
  return { kind: 'seen', traces: new Map([[clusterId, trace]]), jobIds: [], note }
}

/** "No resources are found or the access is denied" does not say which. */
const absent = (code: string): Finding => ({ trace: 'unclear', note: `the cluster cannot be found (${code})` })

/** `sentAt`: when the call was made, ms of the provider's clock. */
const findingOf = (cluster: Cluster, sentAt: number): Finding => {
  const { status, actions, nodes, updatedAt } = cluster
  if (namesRestart(cluster)) return { trace: 'applied', note: `actions: ${actions.join(', ')}` }
  // Operations exclude each other (CSS.0011): this one came instead of the restart, or after it.
  if (actions.length > 0) return { trace: 'unclear', note: `another operation: ${actions.join(', ')}` }
  if (isRestarting(cluster)) return { trace: 'applied', note: 'the cluster or a node is at status 100' }

  if (updatedAt !== null && updatedAt > sentAt - GRAIN_MS) return { trace: 'applied', note: 'updated since the call' }
  const settled = status === '200' && nodes.every((node) => node.status === '200')
  // Broken by this restart, or long before it: only the time of the change could tell.
  if (!settled && updatedAt === null) return { trace: 'unclear', note: `status ${status}, unknown since when` }
  return { trace: 'untouched', note: updatedAt === null ? 'no sign of a restart' : 'not updated since the call' }
}
