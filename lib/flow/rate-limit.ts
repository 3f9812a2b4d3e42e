import type { Batch } from '../domain/batch.ts'
import type { Manifest, RateLimit } from '../domain/manifest.ts'
import type { Clock, Ledger } from '../domain/ports.ts'
import { refund, settle, take, withdraw } from '../domain/rate.ts'
import type { Target, Work } from '../domain/work.ts'

export type RateDeps = { ledger: Ledger; clock: Clock; callMs: number }

/** The code under which a batch waits for its turn in a provider's limit. */
export const RATE_LIMIT = 'RateLimit'
/** The code of a call that was not sent, as the ledger did not say whether there is room for it. */
export const RATE_UNKNOWN = 'RateUnknown'

export type Tokens = { kind: 'granted' } | { kind: 'wait'; at: number; reason: string }

/** The name of a limit's shared count: one for each value of its scope. */
export const rateScope = (provider: string, { unit, scope }: RateLimit, target: Target): string =>
  [provider, unit, ...scope.map((field) => target[field] ?? 'default')].join(' ')

const nodeLimit = ({ rateLimits }: Manifest): RateLimit | undefined => rateLimits.find(({ unit }) => unit === 'nodes')

const tokenId = ({ batchId, attempt }: Batch): string => `${batchId}#${attempt}`

/** Takes a batch's tokens from the count that all workers share, or says when to come back for them. */
export const takeTokens = async (
  batch: Batch,
  manifest: Manifest,
  { ledger, clock, callMs }: RateDeps,
): Promise<Tokens> => {
  const limit = nodeLimit(manifest)
  if (limit === undefined) return { kind: 'granted' }
  const rule = { limit: limit.limit, windowMs: limit.windowMs, callMs }
  const now = clock.now()
  const taken = await ledger.updateRate(
    rateScope(batch.provider, limit, batch.target),
    (rate) => {
      const result = take(rate, tokenId(batch), batch.nodes, now, rule)
      return { rate: result.rate, result }
    },
    now,
  )
  return taken.kind === 'granted' ? taken : { kind: 'wait', at: taken.at, reason: limit.description }
}

/** The provider has counted the call that the tokens were for by `countedAt`, ms: they are free one window from then. */
export const settleTokens = async (
  batch: Batch,
  manifest: Manifest,
  countedAt: number,
  { ledger, clock, callMs }: RateDeps,
): Promise<void> => {
  const limit = nodeLimit(manifest)
  if (limit === undefined) return
  const rule = { limit: limit.limit, windowMs: limit.windowMs, callMs }
  await ledger.updateRate(
    rateScope(batch.provider, limit, batch.target),
    (rate) => ({ rate: settle(rate, tokenId(batch), countedAt, rule), result: undefined }),
    clock.now(),
  )
}

/** The tokens of a batch that is not submitted after all go back. */
export const refundTokens = async (
  batch: Batch,
  manifest: Manifest,
  { ledger, clock }: Pick<RateDeps, 'ledger' | 'clock'>,
): Promise<void> => {
  const limit = nodeLimit(manifest)
  if (limit === undefined) return
  await ledger.updateRate(
    rateScope(batch.provider, limit, batch.target),
    (rate) => ({ rate: refund(rate, tokenId(batch)), result: undefined }),
    clock.now(),
  )
}

/** Gives up the turns of all batches whose ids begin like this: they will not be submitted. */
export const withdrawTickets = async (
  { provider, target }: Pick<Work, 'provider' | 'target'>,
  manifest: Manifest,
  batchIds: string,
  { ledger, clock }: Pick<RateDeps, 'ledger' | 'clock'>,
): Promise<void> => {
  const limit = nodeLimit(manifest)
  if (limit === undefined) return
  const isTheirs = (id: string) => id.startsWith(batchIds)
  await ledger.updateRate(
    rateScope(provider, limit, target),
    (rate) => ({ rate: withdraw(rate, isTheirs), result: undefined }),
    clock.now(),
  )
}
