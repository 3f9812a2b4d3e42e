import { invoke } from '../../functions/invoker/invoke.ts'
import { workOn } from '../../functions/poller/work-on.ts'
import { createClouds } from '../../functions/wiring/create-clouds.ts'
import { parseBatchMessage } from '../../lib/aws/batch-message.ts'
import { createLedger } from '../../lib/aws/ledger.ts'
import { parseRequest } from '../../lib/domain/parse-request.ts'
import { plan } from '../../lib/domain/plan.ts'
import type { Clock } from '../../lib/domain/ports.ts'
import { accept } from '../../lib/flow/accept.ts'
import { createLog } from '../../lib/lambda/logger.ts'
import { providers } from '../../lib/providers/registry.ts'
import { startTable } from '../helpers/table.ts'
import { virtualClock } from '../helpers/world/clock.ts'
import { createNetwork, hostOf } from '../helpers/world/network.ts'
import { fakeEcs } from './fake-ecs.ts'
import { createMeter, type Meter, meterTable } from './meter.ts'
import { meteredPlatform } from './metered-platform.ts'
import { randomUuids } from './random-uuids.ts'

const CALL_MS = 30_000
/** How long one run of the poller works, and how often one is started, ms. */
const POLLER = { worksMs: 62_000, everyMs: 60_000 }
const MOST_RUNS = 60
const keys = { accessKey: 'EXAMPLEACCESSKEY', secretKey: 'example-secret-key' }
const log = createLog('bench', 'warn')

const { manifest } = providers['otc-ecs']

/**
 * Production code from the request to the last event, on an emulated table and a cloud in memory, in time that passes
 * only when somebody waits: restarts of so many nodes in batches of 1,000, one operation in each of the projects.
 */
export const wholeRun = async (nodes: number, projects: number) => {
  const clock = virtualClock()
  const startedAt = clock.now()
  const table = await startTable('drover-bench')
  const meter = createMeter()
  meterTable(table.client, meter)
  const cloud = fakeEcs(clock)
  const network = createNetwork(clock, new Map([['otc-ecs', cloud]]))
  const { messages, ...platform } = meteredPlatform(meter)

  /** One function, with a ledger of its own that remembers what it has read, as in a deployment. */
  const start = (itsClock: Clock) => {
    const common = { ledger: createLedger(table), clock: itsClock, callMs: CALL_MS }
    const connected = { http: network.http, credentials: async () => keys, endpointOf: hostOf }
    const clouds = createClouds({ ...common, ...connected, settings: { scale: 1 } })
    return { ...common, ...platform, clouds, log, pace: (ms: number) => ms }
  }
  const [ingest, invoker] = [start(clock), start(clock)]

  const submit = async (project: number): Promise<string> => {
    const target = { region: 'eu-de', projectId: `project-${project}` }
    const nodeIds = randomUuids(nodes / projects, project)
    const request = parseRequest({ provider: 'otc-ecs', action: 'restart', target, nodeIds }, () => manifest)
    const asked = { trigger: 'http', principal: null, idempotencyKey: `bench ${project}`, retryOf: null } as const
    const { operation } = await accept(request, plan(request, manifest), asked, ingest)
    return operation.operationId
  }
  const deliver = async (): Promise<void> => {
    for (const body of messages.splice(0)) {
      const message = parseBatchMessage(body)
      if ('malformed' in message) throw new Error(message.malformed)
      lambdaReads(meter)
      await invoke(message, invoker)
    }
  }
  const poller = start({
    now: clock.now,
    // While the poller waits, invokers work.
    sleep: async (ms) => {
      const until = clock.now() + ms
      await deliver()
      clock.advanceTo(until)
    },
  })

  try {
    const operationIds: string[] = []
    for (let project = 1; project <= projects; project += 1) operationIds.push(await submit(project))
    for (let run = 0; run < MOST_RUNS; run += 1) {
      // Every run stands by while the one before still works, and takes over from it.
      clock.advanceTo(startedAt + run * POLLER.everyMs)
      await deliver()
      await workOn(`run-${run}`, startedAt + run * POLLER.everyMs + POLLER.worksMs, poller)
      if ((await poller.ledger.nextDueAt()) === null) break
    }
    const batches = (await Promise.all(operationIds.map((id) => ingest.ledger.batches(id)))).flat()
    const jobEnds = cloud.jobEnds()
    const delays = batches.flatMap((batch) => {
      if (batch.state !== 'SUCCEEDED') throw new Error(`${batch.batchId} ended as ${batch.state}`)
      return batch.jobIds.map((id) => batch.endedAt - (jobEnds.get(id) ?? Number.NaN))
    })
    const tookMs = clock.now() - startedAt
    return { lines: meter.lines(), calls: network.calls.length, refused: cloud.refused(), delays, tookMs }
  } finally {
    await table.close()
  }
}

/** What Lambda itself asks of the queue for one message: it is received, and deleted. */
const lambdaReads = (meter: Meter): void => {
  meter.add('SQS', 'ReceiveMessage by Lambda', 1, 'SQS request', true)
  meter.add('SQS', 'DeleteMessageBatch by Lambda', 1, 'SQS request', true)
}
