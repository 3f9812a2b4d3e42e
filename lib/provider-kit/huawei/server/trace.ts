import type { Action } from '../../../domain/action.ts'
import type { Trace } from '../../../domain/evidence.ts'
import { changedSince, standing, type Looked } from './standing.ts'

/**
 * What a server says of a call whose answer was lost.
 *
 * @param sentAt when the call began, ms, by the provider's clock
 */
export const traceOf = (action: Action, server: Looked | undefined, sentAt: number): Trace => {
  // Not in the list, and not proved to be absent.
  if (server === undefined) return 'unclear'
  if (action !== 'restart') return goalTrace(action, server, sentAt)
  // A server that is not there cannot be restarted, now or again: the call is refused if it is repeated.
  if (server === 'absent') return 'untouched'

  const where = standing(action, server)
  if (where === 'on-the-way') return 'applied'
  const changed = changedSince(server, sentAt)
  if (changed === null) return 'unclear'
  if (where === 'at-goal') return changed ? 'applied' : 'untouched'
  // At another action, switched off or broken: if it changed since, the restart may have been before that.
  return changed || where === 'busy' ? 'unclear' : 'untouched'
}

/**
 * A server at or near the goal is as the call would have it, whoever did it. One that is not, and was changed since, may
 * have been acted on in vain, or have left the goal again.
 */
const goalTrace = (action: Action, server: Looked, sentAt: number): Trace => {
  const where = standing(action, server)
  if (where === 'at-goal' || where === 'on-the-way') return 'applied'
  return server === 'absent' || changedSince(server, sentAt) === false ? 'untouched' : 'unclear'
}
