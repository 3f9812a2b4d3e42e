import { invoke } from '../../functions/invoker/invoke.ts'
import { workOn } from '../../functions/poller/work-on.ts'
import { createClouds } from '../../functions/wiring/create-clouds.ts'
import { parseBatchMessage } from '../../lib/domain/batch-message.ts'
import { createLedger } from '../../lib/aws/ledger.ts'
import { parseRequest } from '../../lib/domain/parse-request.ts'
import { plan } from '../../lib/domain/plan.ts'
import type { Clock } from '../../lib/domain/ports.ts'
import { accept } from '../../lib/flow/accept.ts'
import type { Clouds } from '../../lib/flow/clouds.ts'
import { createLog } from '../../lib/lambda/logger.ts'
import { createMetrics } from '../../lib/lambda/metrics.ts'
import type { Http } from '../../lib/provider-kit/http.ts'
import { providers } from '../../lib/providers/registry.ts'
import { startTable } from '../helpers/table.ts'
import { virtualClock } from '../helpers/world/clock.ts'
import { createLife } from '../helpers/world/life.ts'
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
const metrics = createMetrics('bench', () => {})

const { manifest } = providers['otc-ecs']
const restart = {
  provider: 'otc-ecs',
  action: 'restart',
  target: { region: 'eu-de', projectId: '0215ef11e49d4743be23dd97a1561e91' },
}
const asked = { trigger: 'http', principal: null, idempotencyKey: 'bench', retryOf: null } as const

const allowing = (perMinute: number, clouds: Clouds): Clouds => ({
  ...clouds,
  find: (id) => {
    const found = clouds.find(id)
    const rateLimits = found?.manifest.rateLimits.map((limit) => ({ ...limit, limit: perMinute })) ?? []
    return found && { ...found, manifest: { ...found.manifest, rateLimits } }
  },
})

/**
 * Production code from the request to the last event, on an emulated table and a cloud in memory, in time that passes
 * only when somebody waits: one restart of so many nodes in batches of 1,000.
 *
 * @param perMinute how many servers the cloud takes in a minute, which its manifest says too
 */
export const wholeRun = async (nodes: number, perMinute: number) => {
  const clock = virtualClock()
  const startedAt = clock.now()
  const table = await startTable('drover-bench')
  const meter = createMeter()
  meterTable(table.client, meter)
  const cloud = fakeEcs(clock, perMinute)
  const network = createNetwork(clock, new Map([['otc-ecs', cloud]]))
  const { messages, bus, dispatcher } = meteredPlatform(meter)

  /** One function, with a ledger of its own that remembers what it has read, as in a deployment. */
  const start = (itsClock: Clock, life = createLife()) => {
    const common = { ledger: life.of(createLedger(table)), clock: itsClock, metrics, callMs: CALL_MS }
    const http: Http = (request, withinMs) => life.live('http', [request], () => network.http(request, withinMs))
    const connected = { http, credentials: async () => keys, onCredentialRefused: () => {}, endpointOf: hostOf }
    const clouds = allowing(perMinute, createClouds({ ...common, ...connected, settings: { scale: 1 } }))
    return { ...common, bus: life.of(bus), dispatcher: life.of(dispatcher), clouds, log, pace: (ms: number) => ms }
  }
  const [ingest, invoker] = [start(clock), start(clock)]

  const deliver = async (): Promise<void> => {
    for (const body of messages.splice(0)) {
      const message = parseBatchMessage(body)
      if ('malformed' in message) throw new Error(message.malformed)
      lambdaReads(meter)
      await invoke(message, invoker)
    }
  }
  const pollers = createLife()
  const pollersClock: Clock = {
    now: clock.now,
    // While the poller waits, and only then, invokers work and time passes.
    sleep: async (ms) => {
      const until = clock.now() + ms
      await clock.sleep(0, pollers.isBusy)
      await deliver()
      clock.advanceTo(until)
    },
  }
  const poller = start(pollersClock, pollers)

  try {
    const request = parseRequest({ ...restart, nodeIds: randomUuids(nodes, 8) }, () => manifest)
    const { operation } = await accept(request, plan(request, manifest), asked, ingest)
    for (let run = 0; run < MOST_RUNS; run += 1) {
      // Every run stands by while the one before still works, and takes over from it.
      clock.advanceTo(startedAt + run * POLLER.everyMs)
      await deliver()
      await workOn(`run-${run}`, POLLER.worksMs, poller)
      if ((await poller.ledger.agenda(1)).length === 0) break
    }
    const batches = await ingest.ledger.batches(operation.operationId)
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
  meter.add('SQS', 'ReceiveMessage by Lambda', 1, 'SQS request', { byLambda: true })
  meter.add('SQS', 'DeleteMessageBatch by Lambda', 1, 'SQS request', { byLambda: true })
}
