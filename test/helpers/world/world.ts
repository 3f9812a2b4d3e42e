import middy from '@middy/core'
import { expect, onTestFinished, vi } from 'vitest'
import { bury } from '../../../functions/dead-letter/bury.ts'
import { ingest } from '../../../functions/ingest/ingest.ts'
import { RemediationRules } from '../../../functions/ingest/remediation-rules.ts'
import { invoke } from '../../../functions/invoker/invoke.ts'
import { operations } from '../../../functions/operations/operations.ts'
import { pollOnce } from '../../../functions/poller/poll-once.ts'
import { workOn } from '../../../functions/poller/work-on.ts'
import { createClouds } from '../../../functions/wiring/create-clouds.ts'
import { createLedger } from '../../../lib/aws/ledger.ts'
import type { NodeOutcome } from '../../../lib/domain/outcome.ts'
import { paceOf, type PaceSettings } from '../../../lib/domain/pace.ts'
import type { operationView } from '../../../lib/domain/view.ts'
import { eachMessage } from '../../../lib/lambda/each-message.ts'
import { HttpRequest } from '../../../lib/lambda/http-request.ts'
import type { HttpResponse } from '../../../lib/lambda/http-response.ts'
import { createLog } from '../../../lib/lambda/logger.ts'
import { problemDetails } from '../../../lib/lambda/problem-details.ts'
import { startTable } from '../table.ts'
import { virtualClock } from './clock.ts'
import { type CloudWishes, createFakeClouds, credentialsOf } from './clouds.ts'
import { createLife, Died, type Life, type Step } from './life.ts'
import { createNetwork, hostOf } from './network.ts'
import { createPlatform, type QueuedMessage } from './platform.ts'
import { sqsEvent } from './sqs-event.ts'

// A world does real work on an emulated table: on a busy machine it takes its time.
vi.setConfig({ testTimeout: 60_000 })

export type WorldOptions = {
  clouds?: CloudWishes
  rules?: readonly Record<string, unknown>[]
  settings?: PaceSettings
  latencyMs?: number
}

export type OperationView = ReturnType<typeof operationView>

/** The longest that a call to a provider can take, as in a deployment. */
export const CALL_MS = 30_000
const HOUR_MS = 3_600_000
/** A queue gives a message up after so many deliveries. */
const MOST_RECEIVES = 5
/** What a poller waits after a pass that had something to do. */
const PASS_MS = 100

export type World = Awaited<ReturnType<typeof openWorld>>

/**
 * Everything between a request and its events in one process: the functions' own work, the real ledger on an emulated
 * table, the real adapters of queue and bus before services in memory, simulated clouds behind real signatures. Time
 * passes only when somebody waits. It closes by itself after the test.
 */
export const openWorld = async (options: WorldOptions = {}) => {
  const clock = virtualClock()
  const table = await startTable()
  onTestFinished(table.close)
  const settings = options.settings ?? { scale: 1 }
  const clouds = createFakeClouds(clock, options.clouds ?? {})
  // What the fleets were last changed by is long ago.
  clock.advance(HOUR_MS)
  const network = createNetwork(clock, clouds, options.latencyMs)
  const lines: string[] = []
  const log = createLog('world', 'debug', (line) => lines.push(line) > 0)
  const platform = createPlatform((refusal) => log.warn('not taken by the platform', refusal))
  const { rules } = RemediationRules.parse({ rules: options.rules ?? [] })
  const letters: QueuedMessage[] = []

  /** One running function: its own ledger, and a life that can end at any step. */
  const start = (diesAfter?: (step: Step) => boolean) => {
    const life: Life = createLife(diesAfter)
    const ledger = life.of(createLedger(table))
    const http: typeof network.http = (request) =>
      life.live(`http ${request.method}`, [request], async () => network.http(request))
    return {
      life,
      ledger,
      dispatcher: life.of(platform.dispatcher),
      bus: life.of(platform.bus),
      clock,
      pace: paceOf(settings),
      log,
      callMs: CALL_MS,
      rules: { rules },
      clouds: createClouds({
        settings,
        ledger,
        clock,
        callMs: CALL_MS,
        http,
        credentials: async (provider) => credentialsOf(provider),
        endpointOf: hostOf,
      }),
    }
  }
  type Process = ReturnType<typeof start>
  const main = start()

  let invocations = 0
  const answer = async (
    work: (event: unknown, process: Process) => Promise<HttpResponse | undefined>,
    event: unknown,
    process: Process,
  ) => {
    const handler = middy<unknown, HttpResponse | undefined>()
      .use(problemDetails(log))
      .handler((input: unknown) => work(input, process))
    const context = { awsRequestId: `invocation-${(invocations += 1)}` }
    // A handler only reads the context's id.
    const response = await handler(event, context as Parameters<typeof handler>[1])
    if (!process.life.isAlive()) throw new Died('while it answered')
    if (response === undefined) throw new Error('no answer')
    // A body of ours is what the contract says; tests look at what they name.
    return { status: response.statusCode, headers: response.headers, body: JSON.parse(response.body) as Answered }
  }

  const httpEvent = (routeKey: string, path: string, rest: Record<string, unknown>) => ({
    version: '2.0',
    routeKey,
    headers: {},
    requestContext: { http: { method: routeKey.split(' ')[0], path } },
    ...rest,
  })

  /** `POST /v1/operations`. */
  const post = async (
    body: unknown,
    { key, dryRun, process = main }: { key?: string; dryRun?: boolean; process?: Process } = {},
  ) =>
    answer(
      (event, deps) => ingest(event, 'over-http', deps),
      httpEvent('POST /v1/operations', '/v1/operations', {
        body: typeof body === 'string' ? body : JSON.stringify(body),
        headers: key === undefined ? {} : { 'idempotency-key': key },
        ...(dryRun ? { queryStringParameters: { dryRun: 'true' } } : {}),
      }),
      process,
    )

  /** A call of the operations function, such as `GET /v1/operations/{operationId}`. */
  const call = async (
    routeKey: string,
    operationId = '',
    { query = {}, process = main }: { query?: Record<string, string>; process?: Process } = {},
  ) =>
    answer(
      (event, deps) => operations(HttpRequest.parse(event), deps),
      httpEvent(routeKey, routeKey.replace('{operationId}', operationId), {
        pathParameters: { operationId },
        queryStringParameters: query,
      }),
      process,
    )

  /** An event of the bus, an alarm or a schedule's input, as it reaches ingest. */
  const event = async (input: unknown, { process = main, invocationId = `invocation-${(invocations += 1)}` } = {}) =>
    ingest(input, invocationId, process)

  /** Hands waiting messages to the invoker, as a queue does: what fails comes back, and at last ends as a dead letter. */
  const deliver = async (process: Process = main, given?: readonly QueuedMessage[]): Promise<void> => {
    const taken = given ?? platform.messages.splice(0)
    for (const message of taken) message.receives += 1
    const { batchItemFailures } = await eachMessage(sqsEvent(taken), process, (message) => invoke(message, process))
    const failed = new Set(batchItemFailures.map(({ itemIdentifier }) => itemIdentifier))
    for (const message of taken.filter(({ id }) => failed.has(id))) {
      if (message.receives < MOST_RECEIVES) platform.messages.push(message)
      else letters.push(message)
    }
  }

  /** One pass of the poller over what is due now; whether anything was. */
  const pass = async (process: Process = main): Promise<boolean> => {
    const due = await process.ledger.due(clock.now(), 200)
    if (due.operations.length + due.batches.length === 0) return false
    await pollOnce(due, process)
    return true
  }

  /** Queues and pollers at work until nothing is open any more; throws when that takes longer than `withinMs`. */
  const run = async ({ withinMs = 4 * HOUR_MS, process = main }: { withinMs?: number; process?: Process } = {}) => {
    const end = clock.now() + withinMs
    for (;;) {
      while (platform.messages.length > 0) await deliver(process)
      const next = await process.ledger.nextDueAt()
      if (next === null) return
      if (next > end || clock.now() > end) throw new Error(`not over within ${withinMs} ms`)
      clock.advanceTo(next)
      if (await pass(process)) clock.advance(PASS_MS)
    }
  }

  /** All nodes of an operation with their outcomes, read page by page. */
  const nodes = async (operationId: string, outcome?: string): Promise<NodeOutcome[]> => {
    const found: NodeOutcome[] = []
    let cursor: string | null = null
    do {
      const query: Record<string, string> = {
        limit: '1000',
        ...(cursor === null ? {} : { cursor }),
        ...(outcome === undefined ? {} : { outcome }),
      }
      const { status, body } = await call('GET /v1/operations/{operationId}/nodes', operationId, { query })
      expect(status).toBe(200)
      found.push(...(body.items as NodeOutcome[]))
      cursor = body.nextCursor
    } while (cursor !== null)
    return found
  }

  return {
    ...main,
    clock,
    table,
    /** The simulated clouds themselves, by provider. */
    fakes: clouds,
    network,
    platform,
    /** Lines of the log. */
    lines,
    /** Messages that were delivered too often. */
    letters,
    start,
    post,
    call,
    event,
    deliver,
    pass,
    run,
    nodes,
    bury: async (messages: readonly QueuedMessage[] = letters.splice(0)) => bury(sqsEvent(messages), main),
    workOn: async (holder: string, forMs: number, process: Process = main) =>
      workOn(holder, clock.now() + forMs, process),
    /** Posts a request that must be accepted; the operation's id. */
    accept: async (body: unknown, given: Parameters<typeof post>[1] = {}): Promise<string> => {
      const { status, body: operation } = await post(body, given)
      expect(operation).toMatchObject({ status: 'RUNNING' })
      expect(status).toBe(202)
      return operation.operationId
    },
    operation: async (operationId: string): Promise<OperationView> =>
      (await call('GET /v1/operations/{operationId}', operationId)).body,
    /** What the clouds were made to do: `restart <node>`, oldest first. */
    acted: (): string[] =>
      [...clouds.values()].flatMap(({ actions }) => actions().map(({ nodeId, action }) => `${action} ${nodeId}`)),
  }
}

type Answered = OperationView & {
  items: unknown[]
  nextCursor: string | null
  errors: { path: string; message: string }[]
  errorCount: number
  detail: string
  planHash: string
}
