import type { Operation } from '../../../lib/domain/operation.ts'
import type { Watch } from '../watch.ts'
import type { Caller } from './call.ts'

/** A mutation of one node that a cloud accepted, and how often; `ok`: it will lead to the goal, null when it never ends. */
export type Act = {
  operationId: string
  nodeId: string
  action: string
  at: number
  until: number
  ok: boolean | null
  times: number
}

export type Acts = ReturnType<typeof createActs>

/** What the ledger and the askers say of an operation. */
export type Known = {
  operation: (operationId: string) => Operation | undefined
  /** Whether the node is one that was asked for. */
  isAsked: (operation: Operation, nodeId: string) => boolean
  /** How it was asked for (how.ts). */
  how: (operation: Operation) => string
  /** Whether the operation is not done with the node. */
  isOpen: (operationId: string, nodeId: string) => boolean
}

/** What was really done to whom: the truth that everything else is judged by. */
export const createActs = (watch: Watch, known: Known, now: () => number) => {
  const acts = new Map<string, Act>()
  /** The last mutation of every node. */
  const last = new Map<string, Act>()
  let overlaps = 0
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
    all: (): Iterable<Act> => acts.values(),
    /** How often a node was to be acted on while another operation was not done with it. */
    overlaps: () => overlaps,
    /** A mutating call about the node has arrived, whatever comes of it. */
    asked: ({ operationId = '' }: Caller, nodeId: string): void => {
      const before = last.get(nodeId)
      if (before === undefined || before.operationId === operationId || before.until <= now()) return
      if (!known.isOpen(before.operationId, nodeId)) return
      overlaps += 1
      watch.violate('S5', operationId, `asks for ${nodeId}, on which ${before.operationId} acts`)
    },
    /** The call was accepted for the node; it is busy `until` then (ms). */
    accept: (
      { operationId = '' }: Caller,
      { nodeId, action, how, ok, until }: Pick<Act, 'nodeId' | 'action' | 'ok' | 'until'> & { how: string },
    ): void => {
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
      else if (known.how(operation) !== how)
        watch.violate('S4', operationId, `${action} of ${nodeId} as "${how}", not "${known.how(operation)}"`)
      else if (!known.isAsked(operation, nodeId))
        watch.violate('S4', operationId, `${action} of ${nodeId}, which is not in the request`)
      const [times, isOk] = [(before?.times ?? 0) + 1, before?.ok === true || ok]
      const act: Act = { operationId, nodeId, action, at: now(), until, ok: isOk, times }
      acts.set(key, act)
      last.set(nodeId, act)
    },
  }
}
