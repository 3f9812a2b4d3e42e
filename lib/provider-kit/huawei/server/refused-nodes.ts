import type { Division, Refusal, Submission } from '../../../domain/submission.ts'
import type { Work } from '../../../domain/work.ts'
import type { Api } from '../../api.ts'
import { lookAtServers } from './look.ts'
import type { ServerService } from './service.ts'
import { type Looked, standing } from './standing.ts'

/**
 * What a refused call is for each of its servers: a call that one server may have spoilt says nothing of the others, and says
 * "already there" or "busy" as a refusal. It surely did nothing, so one look, which only reads, tells them apart.
 *
 * @returns the refusal itself, where the look shows nothing that would explain it
 */
export const refusedNodes = async (
  service: ServerService,
  work: Work,
  nodeIds: readonly string[],
  refusal: Refusal,
  api: Api,
): Promise<Submission> => {
  // Of one server the refusal itself says all there is, but for "wrong state", which may be the right one.
  if (nodeIds.length === 1 && !(refusal.kind === 'rejected' && service.stateConflict.has(refusal.code))) return refusal
  const look = await lookAtServers(service, work.target, nodeIds, api)
  if (look.kind !== 'seen') return refusal

  const groups = Map.groupBy(nodeIds.keys(), (i) => placeOf(work, look.servers.get(nodeIds[i] ?? '')))
  const parts = [...groups].map(([place, nodes]): Division => ({
    nodes,
    submission: partly(place, work, refusal, service),
  }))
  const [only, ...others] = groups.keys()
  return only === undefined || others.length > 0 ? { kind: 'divided', parts } : wholly(only, work, refusal, service)
}

type Place = ReturnType<typeof standing> | 'absent' | 'unseen'

const placeOf = ({ action }: Work, server: Looked | undefined): Place => {
  if (server === undefined) return 'unseen'
  return server === 'absent' && action !== 'delete' ? 'absent' : standing(action, server)
}

/** Servers that do not need the action, or cannot take it yet, are told apart; all others go into calls of their own. */
const partly = (
  place: Place,
  { action }: Work,
  { code, reason }: Refusal,
  { busyWaitMs }: ServerService,
): Division['submission'] => {
  if (place === 'busy' || place === 'on-the-way') return { kind: 'throttled', code, reason, waitMs: busyWaitMs }
  // A restart begins where it ends: a server that runs is not restarted.
  if (place === 'at-goal' && action !== 'restart') return { kind: 'achieved', code, reason, perNode: false }
  return { kind: 'untouched', code, reason }
}

/** All servers of the call stand in one place: if that explains the refusal, it is for all of them. */
const wholly = (place: Place, work: Work, refusal: Refusal, service: ServerService): Submission => {
  const meaning = partly(place, work, refusal, service)
  if (meaning.kind !== 'untouched') return meaning
  const isWrongState = place === 'at-rest' && work.action === 'restart' && service.stateConflict.has(refusal.code)
  return (place === 'absent' || isWrongState) && refusal.kind === 'rejected' ? { ...refusal, perNode: false } : refusal
}
