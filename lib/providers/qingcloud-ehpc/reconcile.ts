import type { Evidence, Trace } from '../../domain/evidence.ts'
import type { Api } from '../../provider-kit/api.ts'
import type { LostSubmission } from '../../provider-kit/provider.ts'
import { deletionTrace, presenceOf } from './deleted.ts'
import { findOperation } from './find-operation.ts'
import { listOperations } from './operations.ts'
import { clusterOf } from './scope.ts'

/**
 * Looks for a submission whose answer was lost: in the list of operations, which has every one, successful or not
 * (operation.md); a deletion also by whether its nodes are gone.
 */
export const reconcileEhpc = async (lost: LostSubmission, api: Api): Promise<Evidence> => {
  const clusterId = clusterOf(lost, lost.nodeIds)
  const sought = (skewMs: number) => ({ ...lost, clusterId, sentAt: lost.sentAt + skewMs })
  const list = await listOperations(
    lost.target,
    clusterId,
    api,
    lost.sentAt,
    (rows, skewMs) => findOperation(rows, sought(skewMs)).kind === 'ours',
  )
  if (list.kind === 'failed' && !list.absent) return list.unreadable
  if (list.kind === 'failed') return seen(lost, 'unclear', `no operations to look at: ${list.unreadable.reason}`)

  const found = findOperation(list.data.rows, sought(list.skewMs))
  if (found.kind === 'ours') {
    const { jobId } = found.row
    return seen(
      lost,
      'applied',
      `the operation is listed as ${jobId ?? 'one without id'}`,
      jobId === null ? [] : [jobId],
    )
  }
  const [trace, note] = withoutOperation(found.kind === 'perhaps', list.data.complete)
  return lost.action === 'delete' ? reconcileDeletion(lost, clusterId, trace, note, api) : seen(lost, trace, note)
}

const withoutOperation = (perhaps: boolean, complete: boolean): [Trace, string] => {
  if (perhaps) return ['unclear', 'an operation is listed that may be this one']
  return complete
    ? ['untouched', 'no operation is listed']
    : ['unclear', 'the list of operations could not be read to its end']
}

/** Deleted is deleted, whether an operation shows it or not; a node that is not is `otherwise`, if nothing is being done to it. */
const reconcileDeletion = async (
  lost: LostSubmission,
  clusterId: string,
  otherwise: Trace,
  note: string,
  api: Api,
): Promise<Evidence> => {
  const look = await presenceOf(lost.target, clusterId, lost.nodeIds, api)
  if (look.kind === 'failed')
    return look.absent ? seen(lost, 'unclear', `${note}, and the cluster is not found`) : look.unreadable
  if (look.presence === null) return seen(lost, 'unclear', `${note}, and the cluster shows no nodes`)

  const traces = [...look.presence].map(([id, presence]): [string, Trace] => {
    const trace = deletionTrace[presence]
    return [id, trace === 'untouched' ? otherwise : trace]
  })
  return { kind: 'seen', traces: new Map(traces), jobIds: [], note: `${note}; the list of nodes was compared` }
}

const seen = ({ nodeIds }: LostSubmission, trace: Trace, note: string, jobIds: readonly string[] = []): Evidence => ({
  kind: 'seen',
  traces: new Map(nodeIds.map((id) => [id, trace])),
  jobIds,
  note,
})
