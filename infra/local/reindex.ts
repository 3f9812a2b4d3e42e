import * as z from 'zod'
import type { awsJson } from './aws-json.ts'

type Call = ReturnType<typeof awsJson>
type Item = Record<string, unknown>

/** The names of a table's key, and of the keys of its indexes. */
type Keys = { TableName: string; key: readonly string[]; indexes: ReadonlyMap<string, readonly string[]> }

const pageSchema = z.object({
  Items: z.array(z.record(z.string(), z.unknown())),
  LastEvaluatedKey: z.unknown().optional(),
})

const scan = async (call: Call, of: { TableName: string; IndexName?: string }): Promise<Item[]> => {
  const found: Item[] = []
  let from: unknown
  do {
    const page = pageSchema.parse(
      await call('Scan', { ...of, ...(from === undefined ? {} : { ExclusiveStartKey: from }) }),
    )
    found.push(...page.Items)
    from = page.LastEvaluatedKey
  } while (from !== undefined)
  return found
}

const pick = (item: Item, names: readonly string[]): Item => Object.fromEntries(names.map((name) => [name, item[name]]))
const textOf = (item: Item, names: readonly string[]): string => JSON.stringify(names.map((name) => item[name]))

/**
 * dynalite writes the indexes of an item before the item, one after the other: who is killed in between leaves an item that an
 * index does not know, or knows by a key that the item does not have. Such items are written anew, so that the indexes are right.
 */
export const reindex = async (call: Call, { TableName, key, indexes }: Keys): Promise<void> => {
  const items = new Map((await scan(call, { TableName })).map((item) => [textOf(item, key), item]))
  const put = async (item: Item): Promise<void> => void (await call('PutItem', { TableName, Item: item }))

  for (const [IndexName, indexKey] of indexes) {
    const whole = [...key, ...indexKey]
    const entries = await scan(call, { TableName, IndexName })
    const known = new Set(entries.map((entry) => textOf(entry, whole)))
    for (const entry of entries) {
      const item = items.get(textOf(entry, key))
      if (item !== undefined && textOf(item, whole) === textOf(entry, whole)) continue
      // With this the entry is the item's own, and goes with what comes next.
      await put({ ...item, ...pick(entry, whole) })
      if (item === undefined) await call('DeleteItem', { TableName, Key: pick(entry, key) })
      else await put(item)
    }
    const isIndexed = (item: Item) => indexKey.every((name) => item[name] !== undefined)
    for (const item of items.values()) if (isIndexed(item) && !known.has(textOf(item, whole))) await put(item)
  }
}
