import type { Operation } from '../../../lib/domain/operation.ts'
import type { Watch } from '../watch.ts'
import type { Caller } from './call.ts'

/** A mutation of one node that a cloud accepted; `ok`: it will lead to the goal, null when it never ends. */
export type Act = { nodeId: string; action: string; at: number; ok: boolean | null }

export type Acts = ReturnType<typeof createActs>

/** What the ledger and the askers say of an operation. */
export type Known = {
  operation: (operationId: string) => Operation | undefined
  /** Whether the node is one that was asked for. */
  isAsked: (operation: Operation, nodeId: string) => boolean
}

/** What was really done to whom: the truth that everything else is judged by. */
export const createActs = (watch: Watch, known: Known, now: () => number) => {
  const acts = new Map<string, Act>()
  const calls = new Map<string, { GET: number; POST: number }>()
  return {
    /** Calls that left for a cloud. */
    callsOf: (operationId: string) => calls.get(operationId) ?? { GET: 0, POST: 0 },
    called: ({ operationId = '' }: Caller, method: 'GET' | 'POST'): void => {
      const counts = calls.get(operationId) ?? { GET: 0, POST: 0 }
      counts[method] += 1
      calls.set(operationId, counts)
    },
    /** More was asked of a cloud than its document allows. */
    overLimit: ({ operationId = '' }: Caller, what: string): void => watch.violate('S5', operationId, what),
    of: (operationId: string, nodeId: string): Act | undefined => acts.get(`${operationId} ${nodeId}`),
    accept: ({ operationId = '' }: Caller, nodeId: string, action: string, ok: boolean | null): void => {
      const key = `${operationId} ${nodeId}`
      const before = acts.get(key)
      const operation = known.operation(operationId)
      if (before !== undefined)
        watch.violate(
          'S1',
          operationId,
          `${action} of ${nodeId} twice: the first at ${new Date(before.at).toISOString()}`,
        )
      if (operation === undefined || operation.status === 'PLANNING')
        watch.violate('S4', operationId, `${action} of ${nodeId} for an operation that was not accepted`)
      else if (operation.action !== action)
        watch.violate('S4', operationId, `${action} of ${nodeId}, not ${operation.action}`)
      else if (!known.isAsked(operation, nodeId))
        watch.violate('S4', operationId, `${action} of ${nodeId}, which is not in the request`)
      acts.set(key, { nodeId, action, at: now(), ok })
    },
  }
}
