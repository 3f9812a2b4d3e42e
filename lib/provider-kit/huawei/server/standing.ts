import type { Action } from '../../../domain/action.ts'
import type { ServerState } from './document.ts'

/** A server as it was looked at; `absent` when the provider says that there is none. */
export type Looked = ServerState | 'absent'

/** Where a server stands towards an action's goal. */
export type Standing = 'at-goal' | 'on-the-way' | 'busy' | 'at-rest'

const GOAL: Record<Action, string> = { restart: 'ACTIVE', start: 'ACTIVE', stop: 'SHUTOFF', delete: 'DELETED' }

/** Words of `task_state` while the action is under way (ECS API reference, "ECS statuses"), by their beginning. */
const TASKS: Record<Action, readonly string[]> = {
  restart: ['reboot'],
  start: ['powering-on', 'starting'],
  stop: ['powering-off', 'stopping'],
  delete: ['deleting', 'soft-deleting'],
}

/** A look's own word for "restarting" is in the status. */
const REBOOTING: ReadonlySet<string> = new Set(['REBOOT', 'HARD_REBOOT'])

/**
 * For start, stop and delete "at goal" is the state asked for; for restart it is the state that it ends in, which is
 * also the one that it begins in: only the time of the last change tells them apart (`changedSince`).
 */
export const standing = (action: Action, server: Looked): Standing => {
  if (server === 'absent') return action === 'delete' ? 'at-goal' : 'at-rest'
  const { status, task } = server
  if (task !== null) return TASKS[action].some((word) => task.startsWith(word)) ? 'on-the-way' : 'busy'
  if (REBOOTING.has(status)) return action === 'restart' ? 'on-the-way' : 'busy'
  return status === GOAL[action] ? 'at-goal' : 'at-rest'
}

/** `updated` has whole seconds: a change just after a moment may bear a time just before it. */
const GRANULARITY_MS = 1_000

/** Whether the server was changed at or after `since` (ms, the provider's clock); null when it does not say. */
export const changedSince = ({ updatedAt }: ServerState, since: number): boolean | null =>
  updatedAt === null ? null : updatedAt > since - GRANULARITY_MS
