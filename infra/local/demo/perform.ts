import { randomUUID } from 'node:crypto'
import type { Stack } from '../stack.ts'
import { createClient, type Client } from './client.ts'
import type { Demo, Order } from './demo-file.ts'
import { follow, type Look } from './follow.ts'
import type { Injected } from './fault-story.ts'
import type { Findings } from './report.ts'
import { isEnded, type Run } from './run.ts'
import { submissionsIn } from './submissions.ts'

type Options = {
  timeScale: number
  /** When to give up, ms from now. */
  patienceMs: number
  /** Between two looks, ms. */
  everyMs: number
  signal: AbortSignal
  /** The log of the stack so far, a line an entry. */
  log: readonly string[]
  onLook: (look: Look) => void
}

const begin = async (order: Order, client: Client): Promise<Run> => {
  const reply = await client.submit(order, `demo-${randomUUID()}`)
  return reply.kind === 'accepted'
    ? { order, operationId: reply.operationId, view: null }
    : { order, refusal: reply.lines }
}

const injected = ({ simulators }: Demo, { clouds }: Stack): Injected[] =>
  Object.entries(simulators).flatMap(([provider, wish]) =>
    (wish.faults ?? []).map((fault) => {
      const requests = clouds.get(provider)?.requests() ?? []
      return { provider, fault, at: requests.filter((request) => request.fault === fault).map(({ at }) => at) }
    }),
  )

const actedOn = ({ clouds }: Stack): Findings['acted'] =>
  new Map(
    [...clouds].map(([provider, { simulator }]) => [
      provider,
      (simulator.actions?.() ?? []).map(({ nodeId }) => nodeId),
    ]),
  )

/** Warnings and errors of the functions, and whatever is no log entry: what the emulators say. */
const isComplaint = (line: string): boolean => line !== '' && !/^\{"level":"(info|debug)"/.test(line)

/** Carries out a demo against a stack that runs, and finds out all that can be said of it. Throws when it is aborted. */
export const perform = async (demo: Demo, stack: Stack, options: Options): Promise<Findings> => {
  const { timeScale, patienceMs, everyMs, signal, log, onLook } = options
  const begunAt = Date.now()
  const client = createClient(stack.url, signal)

  // One after the other: the functions start cold, and a small machine has not much to start them with.
  let begun: readonly Run[] = demo.orders.map((order) => ({ order }))
  for (const [index, order] of demo.orders.entries()) {
    onLook({ runs: begun, events: [], trouble: null })
    begun = begun.with(index, await begin(order, client))
  }
  let last: Look = { runs: begun, events: [], trouble: null }
  for await (const look of follow(begun, client, { until: begunAt + patienceMs, everyMs, signal })) {
    last = look
    onLook(look)
  }

  const { runs, events, trouble } = last
  const tookMs = Date.now() - begunAt
  const nodes = await Promise.all(
    runs.filter(isEnded).map(async ({ operationId }) => [operationId, await client.nodes(operationId)] as const),
  )
  return {
    runs,
    events,
    nodes: new Map(nodes),
    calls: submissionsIn(log),
    faults: injected(demo, stack),
    acted: actedOn(stack),
    complaints: [...log.filter(isComplaint), ...(trouble === null ? [] : [trouble])],
    timeScale,
    tookMs,
  }
}
