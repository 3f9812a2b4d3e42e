import type { Letter } from '../../domain/ports.ts'
import { expiresAt, KEPT_MS } from './expiry.ts'
import { letterKey } from './keys.ts'
import { isNew, put, type Store } from './store.ts'

/** An item takes 400 KB and a message 1 MiB: a long body is cut, whatever its characters take in UTF-8. */
const MOST_CHARACTERS = 50_000

/** Keeps a message for people to look at; its second delivery changes nothing: `false`. */
export const keepLetter = (store: Store, letter: Letter): Promise<boolean> => {
  const { letterId, queue, body, reason, receivedAt } = letter
  return put(
    store,
    {
      ...letterKey(letterId),
      ...expiresAt(receivedAt + KEPT_MS),
      queue: { S: queue },
      reason: { S: reason },
      receivedAt: { S: new Date(receivedAt).toISOString() },
      body: { S: body.slice(0, MOST_CHARACTERS) },
      bodyLength: { N: String(body.length) },
    },
    isNew,
  )
}
