import type { Table } from '../table.ts'
import type { Watch } from '../watch.ts'
import type { Caller } from './call.ts'

/** A mutation of one node that a cloud accepted; `ok`: it will lead to the goal, null when it never ends. */
export type Act = { nodeId: string; action: string; at: number; ok: boolean | null }

export type Acts = ReturnType<typeof createActs>

/** What was really done to whom: the truth that everything else is judged by. */
export const createActs = (watch: Watch, tableOf: () => Table, now: () => number) => {
  const acts = new Map<string, Act>()
  return {
    of: (operationId: string, nodeId: string): Act | undefined => acts.get(`${operationId} ${nodeId}`),
    accept: ({ operationId = '' }: Caller, nodeId: string, action: string, ok: boolean | null): void => {
      const key = `${operationId} ${nodeId}`
      const before = acts.get(key)
      const operation = tableOf().operation(operationId)
      if (before !== undefined) watch.violate('S1', operationId, `${action} of ${nodeId} twice: at ${before.at} and ${now()}`)
      if (operation === undefined || operation.status === 'PLANNING')
        watch.violate('S4', operationId, `${action} of ${nodeId} for an operation that was not accepted`)
      else if (operation.action !== action) watch.violate('S4', operationId, `${action} of ${nodeId}, not ${operation.action}`)
      else if (!tableOf().namesNode(operationId, nodeId))
        watch.violate('S4', operationId, `${action} of ${nodeId}, which is not in the request`)
      acts.set(key, { nodeId, action, at: now(), ok })
    },
  }
}
