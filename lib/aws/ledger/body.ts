import type * as z from 'zod'
import { pathText } from '../../domain/problems.ts'
import { nameOf } from './keys.ts'
import type { Item } from './store.ts'

/** An item of the ledger is not what this version of Drover writes. */
export class UnreadableItem extends Error {
  override readonly name = 'UnreadableItem'

  constructor(item: Item, reason: string) {
    super(`${nameOf(item)}: ${reason}`)
  }
}

/** Parses JSON that is part of an item; throws UnreadableItem. */
export const parseJson = <T>(schema: z.ZodType<T>, json: string | undefined, item: Item): T => {
  if (json === undefined) throw new UnreadableItem(item, 'has no body')
  let value: unknown
  try {
    value = JSON.parse(json)
  } catch {
    throw new UnreadableItem(item, 'its body is not JSON')
  }
  const parsed = schema.safeParse(value)
  if (parsed.success) return parsed.data
  const reason = parsed.error.issues.slice(0, 3).map(({ path, message }) => `${pathText(path)} ${message}`)
  throw new UnreadableItem(item, reason.join('; '))
}

/** What the item's body holds; throws UnreadableItem. */
export const bodyOf = <T>(schema: z.ZodType<T>, item: Item): T => parseJson(schema, item['body']?.S, item)
