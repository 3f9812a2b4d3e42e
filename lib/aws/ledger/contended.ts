import { setTimeout as wait } from 'node:timers/promises'
import { Unavailable } from '../../domain/problem.ts'
import { follows, get, isNew, put, type Item, type Key, type Store } from './store.ts'

/** How often a change is tried against others' changes, and the longest wait between two tries, ms. */
const MOST_TRIES = 40
const LONGEST_WAIT_MS = 200

/** A wait of random length, so that those who collided do not collide again. */
const jitter = (tries: number): Promise<void> => wait(Math.random() * Math.min(LONGEST_WAIT_MS, 5 * 2 ** tries))

/**
 * Changes a row that many want to change, in one step against whoever else does. `change` may be called more than once, and
 * answers no item when nothing is to be written. Throws Unavailable when others were always faster.
 */
export const updateContended = async <T>(
  store: Store,
  key: Key,
  change: (there: Item | undefined) => { item: Item | undefined; result: T },
): Promise<T> => {
  for (let tries = 0; tries < MOST_TRIES; tries += 1) {
    if (tries > 0) await jitter(tries)
    const there = await get(store, key)
    const { item, result } = change(there)
    if (item === undefined) return result

    const version = Number(there?.['version']?.N ?? 0) + 1
    const next = { ...item, ...key, version: { N: String(version) } }
    if (await put(store, next, there === undefined ? isNew : follows(version))) return result
  }
  throw new Unavailable(`${key.pk.S} is changed by too many at once`)
}
