import type { Manifest } from '../domain/manifest.ts'
import type { Clock, Ledger } from '../domain/ports.ts'
import { settle, take } from '../domain/rate.ts'
import type { Target } from '../domain/work.ts'
import type { Answer, Api } from '../provider-kit/api.ts'
import { rateScope } from './rate-limit.ts'

/** A name for each call of this process; the count forgets it one window later. */
const callId = (() => {
  const process = Math.random().toString(36).slice(2)
  let calls = 0
  return () => `${process}.${(calls += 1)}`
})()

/**
 * A provider's API that keeps to the provider's limit of calls, together with all other workers: over it, a call is not
 * sent, which is what its answer says.
 */
export const limitedApi = (
  api: Api,
  { id: provider, rateLimits }: Manifest,
  target: Target,
  { ledger, clock, callMs }: { ledger: Ledger; clock: Clock; callMs: number },
): Api => {
  const limit = rateLimits.find(({ unit }) => unit === 'calls')
  if (limit === undefined) return api
  const scope = rateScope(provider, limit, target)
  const rule = { limit: limit.limit, windowMs: limit.windowMs, callMs }
  return {
    now: api.now,
    send: async (request): Promise<Answer> => {
      const id = callId()
      const now = clock.now()
      const granted = await ledger.updateRate(
        scope,
        (rate) => {
          const taken = take(rate, id, 1, now, rule)
          // Who cannot call now asks again later on its own account: it leaves no ticket.
          return taken.kind === 'granted' ? { rate: taken.rate, result: true } : { rate, result: false }
        },
        now,
      )
      if (!granted) return { kind: 'not-sent', code: 'RateLimit', reason: limit.description }
      const answer = await api.send(request)
      const settledAt = clock.now()
      await ledger.updateRate(
        scope,
        (rate) => ({ rate: settle(rate, id, settledAt, rule), result: undefined }),
        settledAt,
      )
      return answer
    },
  }
}
