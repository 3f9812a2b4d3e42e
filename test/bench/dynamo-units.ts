import type { AttributeValue } from '@aws-sdk/client-dynamodb'

export type Item = Readonly<Record<string, AttributeValue>>

const text = (value: string): number => Buffer.byteLength(value)

/** "Item sizes and formats" of the DynamoDB guide: UTF-8, raw bytes, and a byte for two digits of a number and one more. */
const valueBytes = (value: AttributeValue): number => {
  if (value.S !== undefined) return text(value.S)
  if (value.N !== undefined) return Math.ceil(value.N.length / 2) + 1
  if (value.B !== undefined) return value.B.byteLength
  throw new TypeError('a kind of attribute that the ledger does not have')
}

export const itemBytes = (item: Item): number =>
  Object.entries(item).reduce((sum, [name, value]) => sum + text(name) + valueBytes(value), 0)

const kilobytes = (item: Item | undefined): number => (item === undefined ? 0 : Math.ceil(itemBytes(item) / 1024))

/** The table's indexes, and what of an item each shows: an item without both keys is in none of them. */
const INDEXES = [
  {
    hash: 'dueShard',
    range: 'due',
    shows: (name: string) => ['pk', 'sk', 'dueShard', 'due', 'provider'].includes(name),
  },
  { hash: 'recentShard', range: 'recent', shows: () => true },
] as const

type Index = (typeof INDEXES)[number]

/** What the index has of the item. */
const entryIn = (item: Item | undefined, { hash, range, shows }: Index): Item | undefined =>
  item?.[hash] === undefined || item[range] === undefined
    ? undefined
    : Object.fromEntries(Object.entries(item).filter(([name]) => shows(name)))

const keyOf = (entry: Item | undefined, { hash, range }: Index): string =>
  JSON.stringify([entry?.[hash], entry?.[range]])

/** Write units of replacing one item by another: the larger of them, and what the indexes have to be told. */
export const writeUnits = (before: Item | undefined, after: Item): number => {
  const changed = INDEXES.map((index) => {
    const [old, next] = [entryIn(before, index), entryIn(after, index)]
    // An entry whose key changes is taken out and put in again.
    if (keyOf(old, index) !== keyOf(next, index)) return kilobytes(old) + kilobytes(next)
    return JSON.stringify(old) === JSON.stringify(next) ? 0 : Math.max(kilobytes(old), kilobytes(next))
  })
  return changed.reduce((sum, units) => sum + units, Math.max(kilobytes(before), kilobytes(after), 1))
}

/** Read units of what one call read: 4 KB each, half when it may be a moment old, and never nothing. */
export const readUnits = (items: readonly Item[], consistent: boolean): number => {
  const bytes = items.reduce((sum, item) => sum + itemBytes(item), 0)
  return Math.max(1, Math.ceil(bytes / 4096)) * (consistent ? 1 : 0.5)
}
