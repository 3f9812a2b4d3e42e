import type { Manifest } from '../domain/manifest.ts'
import type { Pace } from '../domain/pace.ts'
import type { Rules } from '../domain/rules.ts'
import type { Work } from '../domain/work.ts'
import type { Api } from '../provider-kit/api.ts'
import type { Provider } from '../provider-kit/provider.ts'

/** The providers as a function sees them: their manifests at the pace of this stack, and a way to call each. */
export type Clouds = {
  manifests: () => readonly Manifest[]
  find: (provider: string) => { provider: Provider; manifest: Manifest } | undefined
  /** A provider's API with the credentials of the target's account. Throws Unavailable when there are none. */
  api: (work: Pick<Work, 'provider' | 'target'>) => Promise<Api>
  pace: Pace
}

/** The provider of a batch in the ledger, and the rules of its action. */
export const rulesOf = (clouds: Clouds, { provider: id, action }: Pick<Work, 'provider' | 'action'>) => {
  const found = clouds.find(id)
  const offered = found?.manifest.actions[action]
  if (found === undefined || offered === undefined)
    throw new RangeError(`no provider of this deployment offers ${action} at ${id}`)
  const rules: Rules = { timing: offered.timing, pace: clouds.pace }
  return { ...found, rules }
}
