import { paced, paceOf, type PaceSettings } from '../../lib/domain/pace.ts'
import type { Metrics } from '../../lib/domain/metrics.ts'
import type { Clock, Ledger } from '../../lib/domain/ports.ts'
import type { Clouds } from '../../lib/flow/clouds.ts'
import { countedApi } from '../../lib/flow/counted-api.ts'
import { limitedApi } from '../../lib/flow/limited-api.ts'
import { boundedApi } from '../../lib/provider-kit/bounded-api.ts'
import { createApi } from '../../lib/provider-kit/create-api.ts'
import type { Credentials } from '../../lib/provider-kit/credentials.ts'
import type { Http } from '../../lib/provider-kit/http.ts'
import { findProvider, providers } from '../../lib/providers/registry.ts'

/** All reads of one look together, ms: a list of hundreds of pages must not keep the poller from everything else. */
const LOOK_MS = 20_000

export type CloudsDeps = {
  settings: PaceSettings
  ledger: Ledger
  clock: Clock
  metrics: Metrics
  callMs: number
  http: Http
  credentials: (provider: string, account: string) => Promise<Credentials>
  /** Another base URL than the compiled one, for a local stack. */
  endpointOf: (provider: string) => string | undefined
}

/** The registry's providers at the pace of this stack, each call signed with the target's account and kept to the limits. */
export const createClouds = ({
  settings,
  ledger,
  clock,
  metrics,
  callMs,
  http,
  credentials,
  endpointOf,
}: CloudsDeps): Clouds => {
  const manifests = new Map(Object.values(providers).map(({ manifest }) => [manifest.id, paced(manifest, settings)]))
  return {
    pace: paceOf(settings),
    manifests: () => [...manifests.values()],
    find: (id) => {
      const provider = findProvider(id)
      const manifest = manifests.get(id)
      return provider && manifest && { provider, manifest }
    },
    api: async ({ provider: id, target }) => {
      const provider = findProvider(id)
      const manifest = manifests.get(id)
      if (provider === undefined || manifest === undefined) throw new RangeError(`no provider ${id}`)
      const keys = await credentials(id, target['account'] ?? 'default')
      const baseUrl = endpointOf(id) ?? provider.endpoint(target)
      const api = createApi({
        signer: provider.signer(keys, target),
        baseUrl,
        http,
        now: clock.now,
        secrets: Object.values(keys),
      })
      return limitedApi(boundedApi(countedApi(api, provider, metrics), LOOK_MS), manifest, target, {
        ledger,
        clock,
        callMs,
      })
    },
  }
}
