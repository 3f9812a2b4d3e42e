import { hindranceOf, type Letter, LETTER_KEPT_MS, type NewLetter } from '../../domain/letter.ts'
import type { Ledger, LetterQuery } from '../../domain/ports.ts'
import { NotFound } from '../../domain/problem.ts'
import { veiled } from '../../domain/veiled.ts'
import { bodyOf } from './body.ts'
import { expiresAt } from './expiry.ts'
import { letterBodyKey, letterKey } from './keys.ts'
import { letterHead } from './letter-head.ts'
import { packed, unpacked } from './packed.ts'
import { listRecent } from './recent.ts'
import { LETTERS_SHARD, recentIndex } from './recent-index.ts'
import { get, isNew, put, type Condition, type Item, type Key, type Store } from './store.ts'

/** An item takes 400 KB, names and all. */
const MOST_BYTES = 390_000
/** What is kept of a body that is larger, packed: at three bytes a character it fits, whatever it is. */
const CUT_TO_CHARACTERS = 100_000
/** Characters of what is shown in a list. */
const EXCERPT = 1_000
const LONGEST_REASON = 4_000

const notRedriven: Condition = { expression: 'redriven = :no', values: { ':no': { BOOL: false } } }

const itemOf = (letter: Letter): Item & Key => ({
  ...letterKey(letter.letterId),
  ...recentIndex(LETTERS_SHARD, letter.letterId, letter.receivedAt),
  ...expiresAt(letter.receivedAt + LETTER_KEPT_MS),
  // The list is filtered by the one, a write goes by the other.
  waiting: { BOOL: letter.redriven === null && hindranceOf(letter) === undefined },
  redriven: { BOOL: letter.redriven !== null },
  body: { S: JSON.stringify(letter) },
})

/** The attributes of a body, and whether it had to be cut for them. */
const packedBody = (body: string): { attributes: Item; cut: boolean } => {
  const whole = packed(body)
  // What is not deflated is short.
  const size = whole.packed.B?.length ?? 0
  if (size <= MOST_BYTES) return { attributes: whole, cut: false }
  return { attributes: packed(body.slice(0, CUT_TO_CHARACTERS)), cut: true }
}

/**
 * Keeps a letter in two items, so that a list does not read the bodies: the body first, as a letter without one could not
 * be put back. Kept again, it stays as it is: `false`.
 */
export const keepLetter = async (store: Store, { body, ...letter }: NewLetter): Promise<boolean> => {
  const { attributes, cut } = packedBody(body)
  const kept = expiresAt(letter.receivedAt + LETTER_KEPT_MS)
  await put(store, { ...letterBodyKey(letter.letterId), ...kept, ...attributes }, isNew)
  const head: Letter = {
    ...letter,
    reason: veiled(letter.reason.slice(0, LONGEST_REASON)),
    excerpt: veiled(body).slice(0, EXCERPT),
    bodyLength: body.length,
    cut,
    redriven: null,
  }
  return put(store, itemOf(head), isNew)
}

export const readLetter = async (store: Store, letterId: string): Promise<Letter | undefined> => {
  const item = await get(store, letterKey(letterId))
  return item && bodyOf(letterHead, item)
}

export const readLetterBody = async (store: Store, letterId: string): Promise<string> => {
  const item = await get(store, letterBodyKey(letterId))
  if (item === undefined) throw new NotFound(`there is no body of a letter ${letterId}`)
  return unpacked(item)
}

export const saveLetter = (store: Store, next: Letter): Promise<boolean> => put(store, itemOf(next), notRedriven)

/** Letters, newest first. */
export const listLetters = async (
  store: Store,
  { waiting, ...query }: LetterQuery,
): ReturnType<Ledger['listLetters']> => {
  const filter: Item = waiting === true ? { waiting: { BOOL: true } } : {}
  const { items, nextCursor } = await listRecent(store, LETTERS_SHARD, query, filter)
  return { items: items.map((item) => bodyOf(letterHead, item)), nextCursor }
}
