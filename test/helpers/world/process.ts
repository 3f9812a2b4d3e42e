import { createClouds } from '../../../functions/wiring/create-clouds.ts'
import { createLedger } from '../../../lib/aws/ledger.ts'
import type { RemediationRules } from '../../../functions/ingest/remediation-rules.ts'
import type { Log } from '../../../lib/domain/log.ts'
import type { Metrics } from '../../../lib/domain/metrics.ts'
import { paceOf, type PaceSettings } from '../../../lib/domain/pace.ts'
import type { startTable } from '../table.ts'
import type { VirtualClock } from './clock.ts'
import { credentialsOf } from './clouds.ts'
import { createLife, type Step } from './life.ts'
import { hostOf, type Network } from './network.ts'
import type { Platform } from './platform.ts'

/** What all processes of a world have in common. */
export type Ground = {
  clock: VirtualClock
  table: Awaited<ReturnType<typeof startTable>>
  settings: PaceSettings
  network: Network
  platform: Platform
  log: Log
  metrics: Metrics
  rules: RemediationRules
}

/** The longest that a call to a provider can take, as in a deployment. */
const CALL_MS = 30_000

export type Process = ReturnType<typeof startProcess>

/** One running function: a ledger of its own, and a life that can end at any step. */
export const startProcess = (
  { clock, table, settings, network, platform, log, metrics, rules }: Ground,
  diesAfter?: (step: Step) => boolean,
) => {
  const life = createLife(diesAfter)
  const ledger = life.of(createLedger(table))
  return {
    life,
    ledger,
    dispatcher: life.of(platform.dispatcher),
    bus: life.of(platform.bus),
    clock,
    pace: paceOf(settings),
    log,
    metrics,
    callMs: CALL_MS,
    rules,
    clouds: createClouds({
      settings,
      ledger,
      clock,
      metrics,
      callMs: CALL_MS,
      http: async (request) => life.live(`http ${request.method}`, [request], async () => network.http(request)),
      credentials: async (provider) => credentialsOf(provider),
      endpointOf: hostOf,
    }),
  }
}
