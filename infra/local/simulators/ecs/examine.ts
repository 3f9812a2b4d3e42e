import type { Context } from './context.ts'
import type { Flavour, Refusal } from './flavour.ts'
import type { ServerFailure } from './options.ts'
import type { Asked } from './request.ts'
import { findServer } from './server.ts'
import type { Action, EcsState, RestStatus, Server } from './state.ts'

/** One server of a request: what it will be put through, or why its part of the job fails at once. */
export type Part = { id: string; server: Server } | { id: string; failure: ServerFailure }

const NEEDS: Record<Action, ReadonlyArray<RestStatus>> = {
  restart: ['ACTIVE'],
  start: ['SHUTOFF'],
  stop: ['ACTIVE'],
  delete: ['ACTIVE', 'SHUTOFF'],
}

/** Looks at one server of a request before anything is done: its part of the job, or why the whole request is refused. */
export const examine = (
  state: EcsState,
  { fleet, flavour, oddities }: Context,
  wanted: { id: string; projectId: string; now: number },
  asked: Asked,
): Part | Refusal => {
  const { id } = wanted
  const { action } = asked
  const server = findServer(state, fleet, { ...wanted, statusIfUnknown: action === 'start' ? 'SHUTOFF' : 'ACTIVE' })
  if (server === undefined) {
    const missing = flavour.missing(id)
    return oddities.missing === 'request' ? missing : { id, failure: missing }
  }
  if (action === 'delete' && server.prepaid) return flavour.prepaid
  const task = server.task
  // A forcible restart or stop is the documented way out for a server that hangs.
  const rescue = task?.endsAt === null && isForcible(flavour, asked)
  const problem =
    task !== undefined && !rescue
      ? flavour.busy(task.action, oddities)
      : NEEDS[action].includes(server.status)
        ? undefined
        : flavour.wrongState(action, server)
  if (problem === undefined) return { id, server }
  return oddities.wrongState === 'request' ? problem : { id, failure: problem }
}

/** Bare metal has no other way, so there it is no way out either. */
export const isForcible = ({ name }: Flavour, { action, soft }: Asked): boolean =>
  name === 'ecs' && !soft && (action === 'restart' || action === 'stop')
