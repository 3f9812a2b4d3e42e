import { emptyRate, type Rate } from '../../domain/rate.ts'
import { bodyOf } from './body.ts'
import { expiresAt } from './expiry.ts'
import { rateKey } from './keys.ts'
import { rateBody, rateJson } from './rate-body.ts'
import { changeShared } from './shared.ts'
import type { Store } from './store.ts'

/** Kept this long after its last grant and ticket are over. */
const KEPT_MS = 3_600_000

const lastEnd = ({ grants, tickets }: Rate, now: number): number =>
  [...grants.map(({ until }) => until), ...tickets.map(({ at }) => at)].reduce((a, b) => Math.max(a, b), now)

/** Changes the rate count of a scope in one step. Throws Unavailable when others were always faster. */
export const updateRate = <T>(
  store: Store,
  scope: string,
  change: (rate: Rate) => { rate: Rate; result: T },
  now: number,
): Promise<T> =>
  changeShared(
    store,
    {
      key: rateKey(scope),
      name: `the rate count of ${scope}`,
      first: emptyRate,
      read: (item) => bodyOf(rateBody, item),
      write: (rate) => ({ ...expiresAt(lastEnd(rate, now) + KEPT_MS), body: { S: rateJson(rate) } }),
    },
    (before) => {
      const { rate, result } = change(before)
      return { state: rate, result }
    },
  )
