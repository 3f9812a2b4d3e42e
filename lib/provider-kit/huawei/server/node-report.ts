import type { Action } from '../../../domain/action.ts'
import type { NodeReport } from '../../../domain/job.ts'
import { changedSince, standing, type Looked } from './standing.ts'

export type Since = {
  /** When the action was submitted, ms, by the provider's clock. */
  submittedAt: number
  /** The action may not show yet: what is seen may be from before it. */
  early: boolean
}

/** What a server says of an accepted action that has no job; undefined while it is open, up to the batch's deadline. */
export const nodeReport = (
  action: Action,
  nodeId: string,
  server: Looked | undefined,
  { submittedAt, early }: Since,
): NodeReport | undefined => {
  if (server === undefined) return undefined
  const where = standing(action, server)
  if (where === 'at-goal' && (action !== 'restart' || wasChanged(server, submittedAt))) {
    return { nodeId, outcome: 'succeeded', code: null, reason: null }
  }
  if (early || where === 'on-the-way' || where === 'busy') return undefined
  if (server === 'absent') {
    return { nodeId, outcome: 'failed', code: 'ServerAbsent', reason: 'the server does not exist' }
  }
  if (server.status !== 'ERROR') return undefined
  return { nodeId, outcome: 'failed', code: 'ServerError', reason: server.fault ?? 'the server is in status ERROR' }
}

/** A server that does not say when it was changed never proves that it was restarted. */
const wasChanged = (server: Looked, since: number): boolean =>
  server !== 'absent' && changedSince(server, since) === true
