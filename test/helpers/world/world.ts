import { onTestFinished, vi } from 'vitest'
import { RemediationRules } from '../../../lib/flow/intake/remediation-rules.ts'
import { createLog } from '../../../lib/lambda/logger.ts'
import { createMetrics } from '../../../lib/lambda/metrics.ts'
import type { Credentials } from '../../../lib/provider-kit/credentials.ts'
import { sumsOf } from '../emf.ts'
import { startTable } from '../table.ts'
import { virtualClock } from './clock.ts'
import { type CloudWishes, createFakeClouds, credentialsOf } from './clouds.ts'
import { createEntrances } from './entrances.ts'
import { createLabour } from './labour.ts'
import type { Life, Step } from './life.ts'
import { createNetwork } from './network.ts'
import { createPlatform } from './platform.ts'
import { startProcess } from './process.ts'

// A world does real work on an emulated table: on a busy machine it takes its time.
vi.setConfig({ testTimeout: 60_000 })

export type WorldOptions = {
  clouds?: CloudWishes
  rules?: readonly Record<string, unknown>[]
  /** The clocks of all clouds are so far ahead of ours, ms. */
  skewMs?: number
}

const HOUR_MS = 3_600_000

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
  const { skewMs = 0 } = options
  const fakes = createFakeClouds({ now: () => clock.now() + skewMs }, options.clouds ?? {})
  // What the fleets were last changed by is long ago.
  clock.advance(HOUR_MS)
  const network = createNetwork(clock, fakes, skewMs)
  const lines: string[] = []
  const log = createLog('world', 'debug', (line) => lines.push(line) > 0)
  const metricLines: string[] = []
  // One for all processes: what one of them counted before it died is counted.
  const metrics = createMetrics(
    'test',
    (line) => void metricLines.push(line),
    () => Math.floor(clock.now()),
  )
  const platform = createPlatform((refusal) => {
    log.warn('not taken by the platform', refusal)
    metrics.count('PlatformRefusals', refusal.count)
  })
  const rules = RemediationRules.parse({ rules: options.rules ?? [] })
  const env: Record<string, string> = {}
  const store = (provider: string, keys: Credentials): void => {
    env[`PROVIDER_CREDENTIALS_${provider.toUpperCase().replaceAll('-', '_')}`] = JSON.stringify(keys)
  }
  for (const provider of fakes.keys()) store(provider, credentialsOf(provider))
  const lives = new Set<Life>()
  const ground = { clock, table, settings: { scale: 1 }, network, platform, log, metrics, rules, env, lives }
  const main = startProcess(ground)

  return {
    ...main,
    ...createEntrances(main),
    ...createLabour(main, platform, clock),
    clock,
    table,
    /** The simulated clouds themselves, by provider. */
    fakes,
    network,
    platform,
    /** Lines of the log. */
    lines,
    /** Lines of the metrics that were written until now. */
    metricLines,
    /** What counts for all processes. */
    metrics,
    /** The sum of each metric, by "name provider". */
    metered: (): Record<string, number> => {
      metrics.flush()
      return sumsOf(metricLines)
    },
    /** Stores other credentials of a provider; processes remember the ones that they have read for some time. */
    store,
    /** Another process beside the main one, which may die after a step. */
    start: (diesAfter?: (step: Step) => boolean) => startProcess(ground, diesAfter),
    /** Another process, after somebody has changed the remediation rules. */
    repaired: (changed: readonly Record<string, unknown>[]) =>
      startProcess({ ...ground, rules: RemediationRules.parse({ rules: changed }) }),
    /** What the clouds were made to do: `restart <node>`, oldest first. */
    acted: (): string[] =>
      [...fakes.values()].flatMap(({ actions }) => actions().map(({ nodeId, action }) => `${action} ${nodeId}`)),
  }
}
