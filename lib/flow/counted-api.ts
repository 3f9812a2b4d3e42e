import type { Metrics } from '../domain/metrics.ts'
import type { Api } from '../provider-kit/api.ts'
import type { Provider } from '../provider-kit/provider.ts'

/** The API of a provider, whose requests and bad answers are counted. What surely never left is no request. */
export const countedApi = (
  api: Api,
  { manifest: { id }, isThrottled }: Pick<Provider, 'manifest' | 'isThrottled'>,
  metrics: Metrics,
): Api => ({
  now: api.now,
  send: async (request) => {
    const answer = await api.send(request)
    if (answer.kind === 'not-sent') return answer
    metrics.count('ProviderCalls', 1, id)
    if (answer.kind === 'lost' || answer.status >= 500) metrics.count('ProviderErrors', 1, id)
    if (answer.kind === 'response' && isThrottled(answer)) metrics.count('ProviderThrottles', 1, id)
    return answer
  },
})
