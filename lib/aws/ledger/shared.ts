import { setTimeout as wait } from 'node:timers/promises'
import { Unavailable } from '../../domain/problem.ts'
import { follows, get, isNew, type Item, type Key, put, type Store } from './store.ts'

/** An item that all functions change: what it is before anybody wrote it, and how it is stored. */
export type Shared<S> = {
  key: Key
  /** What is said of it when it cannot be changed. */
  name: string
  first: S
  read: (item: Item) => S
  /** The attributes of the item beside its key and version. */
  write: (state: S) => Item
}

/** How often a change is tried against others' changes, and the longest wait between two tries, ms. */
const MOST_TRIES = 40
const LONGEST_WAIT_MS = 200

/** A wait of random length, so that those who collided do not collide again. */
const jitter = (tries: number): Promise<void> => wait(Math.random() * Math.min(LONGEST_WAIT_MS, 5 * 2 ** tries))

/**
 * Changes a shared item in one step, against whoever else does; `change` may be called more than once, and one that answers the same
 * state writes nothing. Throws Unavailable when others were always faster.
 */
export const changeShared = async <S, T>(
  store: Store,
  { key, name, first, read, write }: Shared<S>,
  change: (state: S) => { state: S; result: T },
): Promise<T> => {
  for (let tries = 0; tries < MOST_TRIES; tries += 1) {
    if (tries > 0) await jitter(tries)
    const there = await get(store, key)
    const before = there === undefined ? first : read(there)
    const { state, result } = change(before)
    if (state === before) return result

    const version = Number(there?.['version']?.N ?? 0) + 1
    const item = { ...write(state), ...key, version: { N: String(version) } }
    if (await put(store, item, there === undefined ? isNew : follows(version))) return result
  }
  throw new Unavailable(`${name} is changed by too many at once`)
}
