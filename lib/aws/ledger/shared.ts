import { setTimeout as wait } from 'node:timers/promises'
import type * as z from 'zod'
import { Unavailable } from '../../domain/problem.ts'
import { bodyOf } from './body.ts'
import { expiresAt } from './expiry.ts'
import { follows, get, isNew, type Key, put, type Store } from './store.ts'

/** A small item that all functions change: what it is before anybody wrote it, how it is stored, and until when (ms). */
export type Shared<S> = {
  key: Key
  /** What is said of it when it cannot be changed. */
  name: string
  first: S
  schema: z.ZodType<S>
  json: (state: S) => string
  keptUntil: (state: S) => number
}

/** How often a change is tried against others' changes, and the longest wait between two tries, ms. */
const MOST_TRIES = 40
const LONGEST_WAIT_MS = 200

/** A wait of random length, so that those who collided do not collide again. */
const jitter = (tries: number): Promise<void> => wait(Math.random() * Math.min(LONGEST_WAIT_MS, 5 * 2 ** tries))

/**
 * Changes a shared item in one step, against whoever else does; a change that answers the same state writes nothing.
 * Throws Unavailable when others were always faster.
 */
export const changeShared = async <S, T>(
  store: Store,
  { key, name, first, schema, json, keptUntil }: Shared<S>,
  change: (state: S) => { state: S; result: T },
): Promise<T> => {
  for (let tries = 0; tries < MOST_TRIES; tries += 1) {
    if (tries > 0) await jitter(tries)
    const there = await get(store, key)
    const before = there === undefined ? first : bodyOf(schema, there)
    const { state, result } = change(before)
    if (state === before) return result

    const version = Number(there?.['version']?.N ?? 0) + 1
    const item = {
      ...key,
      ...expiresAt(keptUntil(state)),
      version: { N: String(version) },
      body: { S: json(state) },
    }
    if (await put(store, item, there === undefined ? isNew : follows(version))) return result
  }
  throw new Unavailable(`${name} is changed by too many at once`)
}
