import { setTimeout as wait } from 'node:timers/promises'
import { Unavailable } from '../../domain/problem.ts'
import { emptyRate, type Rate } from '../../domain/rate.ts'
import { bodyOf } from './body.ts'
import { expiresAt } from './expiry.ts'
import { rateKey } from './keys.ts'
import { rateBody, rateJson } from './rate-body.ts'
import { follows, get, isNew, put, type Store } from './store.ts'

/** How often a change is tried against others' changes, and the longest wait between two tries, ms. */
const MOST_TRIES = 40
const LONGEST_WAIT_MS = 200

/** Kept this long after its last grant and ticket are over. */
const KEPT_MS = 3_600_000

/** A wait of random length, so that those who collided do not collide again. */
const jitter = (tries: number): Promise<void> => wait(Math.random() * Math.min(LONGEST_WAIT_MS, 5 * 2 ** tries))

const lastEnd = ({ grants, tickets }: Rate, now: number): number =>
  [...grants.map(({ until }) => until), ...tickets.map(({ at }) => at)].reduce((a, b) => Math.max(a, b), now)

/**
 * Changes the rate count of a scope in one step, against whoever else does. Throws Unavailable when others were always
 * faster.
 */
export const updateRate = async <T>(
  store: Store,
  scope: string,
  change: (rate: Rate) => { rate: Rate; result: T },
  now: number,
): Promise<T> => {
  for (let tries = 0; tries < MOST_TRIES; tries += 1) {
    if (tries > 0) await jitter(tries)
    const there = await get(store, rateKey(scope))
    const before = there === undefined ? emptyRate : bodyOf(rateBody, there)
    const { rate, result } = change(before)
    if (rate === before) return result

    const version = Number(there?.['version']?.N ?? 0) + 1
    const item = {
      ...rateKey(scope),
      ...expiresAt(lastEnd(rate, now) + KEPT_MS),
      version: { N: String(version) },
      body: { S: rateJson(rate) },
    }
    if (await put(store, item, there === undefined ? isNew : follows(version))) return result
  }
  throw new Unavailable(`the rate count of ${scope} is changed by too many at once`)
}
