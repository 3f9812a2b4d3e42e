import type { Evidence, Trace } from '../../../domain/evidence.ts'
import type { Api } from '../../api.ts'
import type { LostSubmission } from '../../provider.ts'
import { lookAtServers } from './look.ts'
import type { ServerService } from './service.ts'
import { traceOf } from './trace.ts'

/** One look at the servers of a call whose answer was lost; no document offers a list of jobs. */
export const reconcileServers = async (service: ServerService, lost: LostSubmission, api: Api): Promise<Evidence> => {
  const look = await lookAtServers(service, lost.target, lost.nodeIds, api)
  if (look.kind === 'unreadable') return look

  const sentAt = lost.sentAt + look.skewMs
  const traces = new Map(lost.nodeIds.map((id) => [id, traceOf(lost.action, look.servers.get(id), sentAt)]))
  return { kind: 'seen', traces, jobIds: [], note: noteOn([...traces.values()]) }
}

const noteOn = (traces: readonly Trace[]): string => {
  const count = (trace: Trace) => traces.filter((one) => one === trace).length
  return `of ${traces.length} servers ${count('applied')} applied, ${count('untouched')} untouched, ${count('unclear')} unclear`
}
