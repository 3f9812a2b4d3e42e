import { variableOf } from '../../lib/lambda/environment.ts'
import type { Http, HttpOptions } from '../../lib/provider-kit/http.ts'
import type { Core } from './core.ts'
import { createClouds } from './create-clouds.ts'
import { lazily } from './lazily.ts'

/** A provider must have answered by then, ms; a local stack that runs faster waits less, but never under 3 s. */
const CALL_MS = 30_000
const SHORTEST_CALL_MS = 3_000

/**
 * The core, and the providers. Their credentials are loaded with the first call: the client of the Parameter Store is
 * the largest of the SDK's.
 */
export const withClouds = <C extends Core>(core: C, createHttp: (options: HttpOptions) => Http) => {
  const { env, variables, settings, pace, clock, ledger, log, metrics } = core
  const callMs = Math.max(SHORTEST_CALL_MS, pace(CALL_MS))
  const clouds = createClouds({
    settings,
    ledger,
    clock,
    metrics,
    callMs,
    http: createHttp({ timeoutMs: callMs }),
    credentials: lazily(async () => (await import('./credentials.ts')).wireCredentials(core)),
    onCredentialRefused: (provider, account) => log.error('credential refused', { provider, account }),
    // Where a provider is, is compiled in; only a local stack may be told otherwise.
    endpointOf: (provider) => (env.DROVER_LOCAL ? variables[`PROVIDER_ENDPOINT_${variableOf(provider)}`] : undefined),
  })
  return { ...core, callMs, clouds }
}
