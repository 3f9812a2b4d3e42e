/** One call as a cloud receives it. `caller` is the simulation's own knowledge: whose batch it is for. */
export type Call = {
  method: 'GET' | 'POST'
  path: string
  query: Readonly<Record<string, string>>
  body: string | undefined
  caller: Caller
}

export type Caller = { provider: string; operationId: string | undefined; account: string }

export type Reply = { status: number; json?: unknown; text?: string; headers?: Readonly<Record<string, string>> }

/** A simulated cloud: answers at once, and changes with time by itself. */
export type Cloud = { handle: (call: Call) => Reply }

export const json = (status: number, body: unknown): Reply => ({ status, json: body })
