import type { Manifest } from '../domain/manifest.ts'
import type { Clock, Ledger } from '../domain/ports.ts'
import { settle, take } from '../domain/rate.ts'
import type { Target } from '../domain/work.ts'
import type { Answer, Api, ApiRequest } from '../provider-kit/api.ts'
import { RATE_LIMIT, RATE_UNKNOWN, rateScope } from './rate-limit.ts'

/** A name for each call of this process; the count forgets it one window later. */
const callId = (() => {
  const process = Math.random().toString(36).slice(2)
  let calls = 0
  return () => `${process}.${(calls += 1)}`
})()

const SHARE_TO_START = 0.3

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
  // What was started is followed before more is started: looks may take all of the limit, submissions only a part.
  const toStart = { ...rule, limit: Math.floor(limit.limit * SHARE_TO_START) }
  const taken = (id: string, method: ApiRequest['method']): Promise<boolean> => {
    const now = clock.now()
    return ledger.updateRate(
      scope,
      (rate) => {
        const asked = take(rate, id, 1, now, method === 'POST' ? toStart : rule)
        // Who cannot call now asks again later on its own account: it leaves no ticket.
        return asked.kind === 'granted' ? { rate: asked.rate, result: true } : { rate, result: false }
      },
      now,
    )
  }
  const settled = (id: string): Promise<void> => {
    const now = clock.now()
    return ledger.updateRate(scope, (rate) => ({ rate: settle(rate, id, now, rule), result: undefined }), now)
  }
  return {
    now: api.now,
    send: async (request): Promise<Answer> => {
      const id = callId()
      try {
        if (!(await taken(id, request.method))) return { kind: 'not-sent', code: RATE_LIMIT, reason: limit.description }
      } catch (error) {
        return { kind: 'not-sent', code: RATE_UNKNOWN, reason: error instanceof Error ? error.message : 'no ledger' }
      }
      const answer = await api.send(request)
      // What the provider answered is worth more than the count, which forgets the call by itself.
      await settled(id).catch(() => {})
      return answer
    },
  }
}
