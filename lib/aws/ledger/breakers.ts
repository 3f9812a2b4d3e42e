import * as z from 'zod'
import { type Breaker, closedBreaker } from '../../domain/breaker.ts'
import { bodyOf } from './body.ts'
import { expiresAt } from './expiry.ts'
import { breakerKey } from './keys.ts'
import { changeShared } from './shared.ts'
import type { Store } from './store.ts'

const Stored = z.discriminatedUnion('state', [
  z.object({ state: z.literal('closed') }),
  z.object({
    state: z.literal('open'),
    since: z.number(),
    probeAt: z.number(),
    probes: z.number(),
    code: z.string(),
    reason: z.string(),
  }),
]) satisfies z.ZodType<Breaker>

/** A breaker that nobody has asked about for so long after its next probe was due is forgotten, which closes it. */
const KEPT_MS = 7 * 86_400_000

/** Changes the breaker of a credential in one step, against whoever else does. Throws Unavailable when others were always faster. */
export const updateBreaker = <T>(
  store: Store,
  name: string,
  change: (breaker: Breaker) => { breaker: Breaker; result: T },
  now: number,
): Promise<T> =>
  changeShared<Breaker, T>(
    store,
    {
      key: breakerKey(name),
      name: `the breaker ${name}`,
      first: closedBreaker,
      read: (item) => bodyOf(Stored, item),
      write: (breaker) => ({
        ...expiresAt((breaker.state === 'open' ? breaker.probeAt : now) + KEPT_MS),
        body: { S: JSON.stringify(breaker) },
      }),
    },
    (before) => {
      const { breaker, result } = change(before)
      return { state: breaker, result }
    },
  )
