import { paced, paceOf, type PaceSettings } from '../../lib/domain/pace.ts'
import type { Metrics } from '../../lib/domain/metrics.ts'
import type { Clock, Ledger } from '../../lib/domain/ports.ts'
import type { Clouds } from '../../lib/flow/clouds.ts'
import { authenticatedApi } from '../../lib/flow/authenticated-api.ts'
import { createBreakers } from '../../lib/flow/breakers.ts'
import { credentialName } from '../../lib/flow/credential-name.ts'
import { countedApi } from '../../lib/flow/counted-api.ts'
import { limitedApi } from '../../lib/flow/limited-api.ts'
import type { Api } from '../../lib/provider-kit/api.ts'
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
  /** `refused`: the provider did not take these, which may have been changed since. */
  credentials: (provider: string, account: string, refused?: Credentials) => Promise<Credentials>
  /** A provider refused the only credential that there is of an account: somebody must look. */
  onCredentialRefused: (provider: string, account: string) => void
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
  onCredentialRefused,
  endpointOf,
}: CloudsDeps): Clouds => {
  const pace = paceOf(settings)
  const breakers = createBreakers({ ledger, clock, pace })
  const skews = new Map<string, { ms: number }>()
  const skewOf = (baseUrl: string) => {
    const skew = skews.get(baseUrl) ?? { ms: 0 }
    skews.set(baseUrl, skew)
    return skew
  }
  const manifests = new Map(Object.values(providers).map(({ manifest }) => [manifest.id, paced(manifest, settings)]))
  return {
    pace,
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
      const account = target['account'] ?? 'default'
      const baseUrl = endpointOf(id) ?? provider.endpoint(target)
      const usable = async (refused?: Credentials): Promise<Credentials> => {
        const keys = await credentials(id, account, refused)
        provider.signer(keys, target)
        return keys
      }
      const connect = (keys: Credentials, skewMs: number, withinMs: number | undefined): Api => {
        const signer = provider.signer(keys, target)
        const secrets = Object.values(keys)
        const api = createApi({ signer, baseUrl, http, now: clock.now, secrets, skewMs, withinMs })
        return limitedApi(countedApi(api, provider, metrics), manifest, target, { ledger, clock, callMs })
      }
      const api = authenticatedApi({
        keys: await usable(),
        reread: usable,
        connect,
        refusal: provider.refusal,
        nameOf: (keys) => credentialName(id, account, keys),
        breakers,
        skew: skewOf(baseUrl),
        clock,
        callMs,
        onRefused: () => {
          metrics.count('CredentialRefused', 1, id)
          onCredentialRefused(id, account)
        },
      })
      return boundedApi(api, LOOK_MS)
    },
  }
}
