import type { Action } from '../../../domain/action.ts'
import type { Options } from '../../../domain/work.ts'

const KEYS: Record<Exclude<Action, 'delete'>, string> = { restart: 'reboot', start: 'os-start', stop: 'os-stop' }

/**
 * The body of an action on servers, with exactly one key at its top (huawei-otc.md, sections 1 and 3). `type` is
 * mandatory for restart and sent for stop too; start has none. Delete says in every call what becomes of addresses and
 * disks: when `delete_publicip` is left out, the documents contradict each other.
 */
export const serverBody = (action: Action, options: Options, nodeIds: readonly string[]): string => {
  const servers = nodeIds.map((id) => ({ id }))
  if (action === 'delete') {
    const isSet = (name: string) => options[name] === true
    return JSON.stringify({ servers, delete_publicip: isSet('delete_publicip'), delete_volume: isSet('delete_volume') })
  }
  const type = action === 'start' ? {} : { type: options['mode'] === 'hard' ? 'HARD' : 'SOFT' }
  return JSON.stringify({ [KEYS[action]]: { ...type, servers } })
}
