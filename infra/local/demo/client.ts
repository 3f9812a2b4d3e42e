import * as z from 'zod'
import type { Order } from './demo-file.ts'

const Counts = z.looseObject({
  total: z.number(),
  pending: z.number(),
  running: z.number(),
  succeeded: z.number(),
  failed: z.number(),
  skipped: z.number(),
  unknown: z.number(),
})

const BatchView = z.looseObject({
  batchId: z.string(),
  state: z.string(),
  nodes: z.number(),
  jobIds: z.array(z.string()),
})

export const OperationView = z.looseObject({
  operationId: z.string(),
  status: z.string(),
  counts: Counts,
  batches: z.array(BatchView),
  createdAt: z.iso.datetime(),
  endedAt: z.iso.datetime().nullable(),
})
export type OperationView = z.infer<typeof OperationView>

const NodeView = z.looseObject({
  nodeId: z.string(),
  outcome: z.string(),
  code: z.string().nullable(),
  reason: z.string().nullable(),
})
export type NodeView = z.infer<typeof NodeView>

const EventView = z.looseObject({
  sequence: z.number(),
  'detail-type': z.string(),
  detail: z.looseObject({
    eventId: z.string(),
    operationId: z.string(),
    batchId: z.string().optional(),
    status: z.string(),
    endedAt: z.string().nullable(),
    counts: Counts,
    nodes: z.array(NodeView).optional(),
    parts: z.number().optional(),
  }),
})
export type EventView = z.infer<typeof EventView>

const Problem = z.looseObject({
  title: z.string(),
  detail: z.string().optional(),
  errors: z.array(z.looseObject({ path: z.string(), message: z.string() })).default([]),
})

const Accepted = z.looseObject({ operationId: z.string() })

/** What a POST was answered: the operation it made, or why there is none, in lines. */
export type Reply = { kind: 'accepted'; operationId: string } | { kind: 'refused'; lines: readonly string[] }

const NodePage = z.object({ items: z.array(NodeView), nextCursor: z.string().nullable() })
const EventPage = z.object({ items: z.array(EventView) })

const refusal = (status: number, body: unknown): Reply => {
  const problem = Problem.safeParse(body).data
  const said = `${status} ${problem?.title ?? 'without a reason'}`
  const errors = problem?.errors.map(({ path, message }) => `${path}: ${message}`) ?? []
  // The detail sums the errors up: it is worth reading where there are none.
  return {
    kind: 'refused',
    lines: errors.length > 0 ? [said, ...errors] : [[said, problem?.detail ?? ''].join(' ').trim()],
  }
}

/** The HTTP API as the demo uses it. Every call throws when the stack does not answer as the contract says. */
export const createClient = (url: string, signal: AbortSignal) => {
  const read = async <S extends z.ZodType>(schema: S, path: string): Promise<z.output<S>> => {
    const response = await fetch(`${url}${path}`, { signal })
    if (!response.ok) throw new Error(`GET ${path} was answered ${response.status}`)
    return schema.parse(await response.json())
  }

  const nodes = async (operationId: string, cursor?: string): Promise<NodeView[]> => {
    const query = new URLSearchParams({ limit: '1000', ...(cursor === undefined ? {} : { cursor }) }).toString()
    const { items, nextCursor } = await read(NodePage, `/v1/operations/${operationId}/nodes?${query}`)
    return nextCursor === null ? items : [...items, ...(await nodes(operationId, nextCursor))]
  }

  return {
    submit: async ({ request }: Order, idempotencyKey: string): Promise<Reply> => {
      const response = await fetch(`${url}/v1/operations`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'idempotency-key': idempotencyKey },
        body: JSON.stringify(request),
        signal,
      })
      const body: unknown = await response.json().catch(() => undefined)
      if (!response.ok) return refusal(response.status, body)
      return { kind: 'accepted', operationId: Accepted.parse(body).operationId }
    },
    operation: (operationId: string) => read(OperationView, `/v1/operations/${operationId}`),
    /** Every node of an operation. */
    nodes: (operationId: string) => nodes(operationId),
    /** The events that were published after the one with this sequence number. */
    events: async (since: number) => (await read(EventPage, `/local/events?since=${since}`)).items,
  }
}

export type Client = ReturnType<typeof createClient>
