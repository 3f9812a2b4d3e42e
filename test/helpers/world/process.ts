import { createClouds } from '../../../functions/wiring/create-clouds.ts'
import { createCredentials } from '../../../lib/aws/credentials.ts'
import { createLedger } from '../../../lib/aws/ledger.ts'
import type { RemediationRules } from '../../../lib/flow/intake/remediation-rules.ts'
import type { Log } from '../../../lib/domain/log.ts'
import type { Metrics } from '../../../lib/domain/metrics.ts'
import { paceOf, type PaceSettings } from '../../../lib/domain/pace.ts'
import type { startTable } from '../table.ts'
import type { VirtualClock } from './clock.ts'
import { createLife, type Life, type Step } from './life.ts'
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
  /** The variables of a local run that hold the credentials. */
  env: Readonly<Record<string, string>>
  /** Of all processes: while one of them works, those who sleep sleep on. */
  lives: Set<Life>
}

/** The longest that a call to a provider can take, as in a deployment. */
const CALL_MS = 30_000

export type Process = ReturnType<typeof startProcess>

/** One running function: a ledger of its own, and a life that can end at any step. */
export const startProcess = (
  { clock, table, settings, network, platform, log, metrics, rules, env, lives }: Ground,
  diesAfter?: (step: Step) => boolean,
) => {
  const life = createLife(diesAfter)
  lives.add(life)
  const ledger = life.of(createLedger(table))
  const credentials = createCredentials({ stage: 'test', source: { kind: 'environment', env }, now: clock.now })
  return {
    life,
    ledger,
    dispatcher: life.of(platform.dispatcher),
    bus: life.of(platform.bus),
    clock: { ...clock, sleep: (ms: number) => clock.sleep(ms, () => [...lives].some(({ isBusy }) => isBusy())) },
    pace: paceOf(settings),
    log,
    metrics,
    callMs: CALL_MS,
    rules,
    /** What this process remembers of the stored credentials. */
    credentials,
    clouds: createClouds({
      settings,
      ledger,
      clock,
      metrics,
      callMs: CALL_MS,
      http: async (request) => life.live(`http ${request.method}`, [request], async () => network.http(request)),
      credentials,
      onCredentialRefused: (provider, account) => log.error('credential refused', { provider, account }),
      endpointOf: hostOf,
    }),
  }
}
