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

/** The table's indexes: an item without both keys is in none of them. */
const INDEXES = [
  ['dueShard', 'due'],
  ['recentShard', 'recent'],
] as const

const keyIn = (item: Item | undefined, [hash, range]: readonly [string, string]): string | undefined => {
  const [h, r] = [item?.[hash]?.S, item?.[range]?.S ?? item?.[range]?.N]
  return h === undefined || r === undefined ? undefined : `${h} ${r}`
}

/** Write units of replacing one item by another: the larger of them, and what the indexes have to be told. */
export const writeUnits = (before: Item | undefined, after: Item): number => {
  const changed = INDEXES.map((index) => {
    const [old, next] = [keyIn(before, index), keyIn(after, index)]
    if (old === next) return next === undefined ? 0 : Math.max(kilobytes(before), kilobytes(after))
    // An entry whose key changes is taken out and put in again.
    return (old === undefined ? 0 : kilobytes(before)) + (next === undefined ? 0 : kilobytes(after))
  })
  return changed.reduce((sum, units) => sum + units, Math.max(kilobytes(before), kilobytes(after), 1))
}

/** Read units of what one call read: 4 KB each, half when it may be a moment old, and never nothing. */
export const readUnits = (items: readonly Item[], consistent: boolean): number => {
  const bytes = items.reduce((sum, item) => sum + itemBytes(item), 0)
  return Math.max(1, Math.ceil(bytes / 4096)) * (consistent ? 1 : 0.5)
}
