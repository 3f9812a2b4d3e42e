import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { workOn } from '../../functions/poller/work-on.ts'
import { createClouds } from '../../functions/wiring/create-clouds.ts'
import { createLedger } from '../../lib/aws/ledger.ts'
import { createLog } from '../../lib/lambda/logger.ts'
import { createMetrics } from '../../lib/lambda/metrics.ts'
import { startTable } from '../helpers/table.ts'
import { virtualClock } from '../helpers/world/clock.ts'
import { createNetwork } from '../helpers/world/network.ts'
import { createMeter, type Line, meterTable } from './meter.ts'
import { meteredPlatform } from './metered-platform.ts'
import { DOLLARS } from './month-prices.ts'
import { DOLLARS_PER_MILLION } from './prices.ts'
import { fixed, note, printTable } from './print.ts'
import { sum } from './statistics.ts'
import { wholeRun } from './whole-run.ts'

const MINUTES = 30 * 24 * 60
const GIGABYTES = 0.5

/** Taken, not measured: it needs an account. A poller with nothing to do, and what Lambda logs of an invocation. */
const IDLE_RUN_SECONDS = 0.2
const LOG_BYTES_OF_A_RUN = 600
/** How many requests Lambda keeps open at an empty queue, each 20 s long: five are what is seen of it, no document says so. */
const LONG_POLLS = 5
const LONG_POLLS_A_MINUTE = 3
/** Taken: what an invoker needs for a batch, most of it waiting for the cloud. */
const INVOKER_SECONDS = 2

type Resource = { Type: string; Properties: { Metrics?: Array<{ MetricStat?: unknown }> } }

const packaged = (): Resource[] => {
  const file = join(import.meta.dirname, '../../.serverless/cloudformation-template-update-stack.json')
  return Object.values((JSON.parse(readFileSync(file, 'utf8')) as { Resources: Record<string, Resource> }).Resources)
}

/** What the ledger is asked by a poller that finds nothing to do. */
const idleRun = async (): Promise<readonly Line[]> => {
  const clock = virtualClock()
  const table = await startTable('drover-idle')
  const meter = createMeter()
  meterTable(table.client, meter)
  const { messages: _, ...platform } = meteredPlatform(meter)
  const ledger = createLedger(table)
  const common = {
    ledger,
    clock,
    callMs: 30_000,
    log: createLog('bench', 'warn'),
    metrics: createMetrics('bench', () => {}),
    pace: (ms: number) => ms,
  }
  const clouds = createClouds({
    ...common,
    http: createNetwork(clock, new Map()).http,
    credentials: () => Promise.reject(new Error('nobody is asked for credentials')),
    endpointOf: () => undefined,
    onCredentialRefused: () => {},
    settings: { scale: 1 },
  })
  try {
    await workOn('idle', 62_000, { ...common, ...platform, clouds })
    return meter.lines()
  } finally {
    await table.close()
  }
}

const dollarsOf = (lines: readonly Line[]): number =>
  sum(lines.map(({ units, unit }) => (units * DOLLARS_PER_MILLION[unit]) / 1_000_000))

const lambda = (runs: number, seconds: number): number =>
  runs * (DOLLARS.lambdaRequest + seconds * GIGABYTES * DOLLARS.lambdaGigabyteSecondArm)

type Row = [what: string, count: string, dollars: number]

const printRows = (title: string, rows: readonly Row[]): void => {
  const all = sum(rows.map(([, , dollars]) => dollars))
  printTable(
    title,
    ['', 'count', '$'],
    [...rows.map(([what, count, dollars]) => [what, count, fixed(dollars, 3)]), ['all', '', fixed(all, 2)]],
  )
}

/** What a stage costs in a month of 30 days in which nobody asks for anything. */
const idle = async (): Promise<void> => {
  const resources = packaged()
  const count = (type: string): number => resources.filter(({ Type }) => Type === type).length
  const watched = sum(
    resources
      .filter(({ Type }) => Type === 'AWS::CloudWatch::Alarm')
      .map(({ Properties }) => Properties.Metrics?.filter(({ MetricStat }) => MetricStat !== undefined).length ?? 1),
  )
  const run = await idleRun()
  const receives = count('AWS::Lambda::EventSourceMapping') * LONG_POLLS * LONG_POLLS_A_MINUTE * MINUTES
  printRows('7a. A month in which nothing is asked for', [
    ['metrics that alarms watch', String(watched), watched * DOLLARS.alarmMetricMonth],
    ['SQS requests of Lambda at empty queues', String(receives), (receives * DOLLARS_PER_MILLION['SQS request']) / 1e6],
    [
      'dashboard',
      String(count('AWS::CloudWatch::Dashboard')),
      count('AWS::CloudWatch::Dashboard') * DOLLARS.dashboardMonth,
    ],
    ['KMS keys', String(count('AWS::KMS::Key')), count('AWS::KMS::Key') * DOLLARS.keyMonth],
    ['runs of the poller', String(MINUTES), lambda(MINUTES, IDLE_RUN_SECONDS)],
    ['their calls to the ledger', String(MINUTES * sum(run.map(({ calls }) => calls))), MINUTES * dollarsOf(run)],
    ['their traces', String(MINUTES), MINUTES * DOLLARS.trace],
    ['invocations by EventBridge Scheduler', String(MINUTES), MINUTES * DOLLARS.schedulerInvocation],
    [
      'GB of logs',
      fixed((MINUTES * LOG_BYTES_OF_A_RUN) / 1e9, 3),
      ((MINUTES * LOG_BYTES_OF_A_RUN) / 1e9) * DOLLARS.logGigabyte,
    ],
  ])
}

/** What a million nodes cost beyond that: 10,000 are counted, in batches of 1,000. */
const million = async (): Promise<void> => {
  const nodes = 10_000
  const batches = 1_000
  for (const [title, perMinute] of [
    ['7b. A million nodes, ten batches of 1,000 at once', nodes],
    ['7c. A million nodes, 1,000 a minute, as the documented limit of ECS has it', 1_000],
  ] as const) {
    const { lines, tookMs } = await wholeRun(nodes, perMinute)
    const minutes = (tookMs / 60_000) * (1_000_000 / nodes)
    printRows(title, [
      ['ledger, queues, events', '', dollarsOf(lines) * (1_000_000 / nodes)],
      ['runs of the invoker', String(batches), lambda(batches, INVOKER_SECONDS)],
      ['minutes of the poller at work', fixed(minutes, 0), lambda(minutes, 62)],
    ])
  }
}

/** Figure 7: what a deployment costs. */
export const month = async (): Promise<void> => {
  await idle()
  await million()
  note(
    'Prices: us-east-1, November 2026, from memory; nothing that is free of charge up to an amount is taken off.',
    `Counted: resources of the packaged template, calls of real runs. Taken: ${IDLE_RUN_SECONDS} s an idle run,`,
    `${LONG_POLLS} requests of 20 s at once at an empty queue, ${INVOKER_SECONDS} s an invoker's batch, 512 MB, ${LOG_BYTES_OF_A_RUN} bytes of log a run.`,
    `Not in it: the ${fixed(DOLLARS.metricMonth, 2)} $ a month of each metric that is published, storage, the clouds' own prices.`,
  )
}

if (import.meta.main) await month()
