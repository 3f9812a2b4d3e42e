import type { Batch } from '../../domain/batch.ts'
import type { Operation } from '../../domain/operation.ts'
import type { Due } from '../../domain/ports.ts'
import { batchBody } from './batch-body.ts'
import { bodyOf, UnreadableItem } from './body.ts'
import { dueShards } from './due-index.ts'
import { OPERATION_SORT } from './keys.ts'
import { operationBody } from './operation-body.ts'
import { pages, type Item, type Store } from './store.ts'

const dueOf = (item: Item): number => Number(item['due']?.N)

const dueInShard = async (store: Store, shard: string, now: number, limit: number): Promise<Item[]> => {
  const found: Item[] = []
  const query = {
    IndexName: 'due',
    KeyConditionExpression: 'dueShard = :shard AND due <= :now',
    ExpressionAttributeValues: { ':shard': { S: shard }, ':now': { N: String(now) } },
    Limit: limit,
  }
  for await (const { items } of pages(store, query)) {
    found.push(...items)
    if (found.length >= limit) break
  }
  return found
}

/** Up to `limit` operations and batches whose time has come, the most overdue first. */
export const readDue = async (store: Store, now: number, limit: number): Promise<Due> => {
  const shards = await Promise.all(dueShards.map((shard) => dueInShard(store, shard, now, limit)))
  const items = shards
    .flat()
    .toSorted((a, b) => dueOf(a) - dueOf(b))
    .slice(0, limit)

  const operations: Operation[] = []
  const batches: Batch[] = []
  const unreadable: string[] = []
  for (const item of items) {
    try {
      if (item['sk']?.S === OPERATION_SORT) operations.push(bodyOf(operationBody, item))
      else batches.push(bodyOf(batchBody, item))
    } catch (error) {
      // One bad item must not keep the poller from all the others.
      if (!(error instanceof UnreadableItem)) throw error
      unreadable.push(error.message)
    }
  }
  return { operations, batches, unreadable }
}

const firstInShard = async (store: Store, shard: string): Promise<number[]> => {
  const query = {
    IndexName: 'due',
    KeyConditionExpression: 'dueShard = :shard',
    ExpressionAttributeValues: { ':shard': { S: shard } },
    Limit: 1,
  }
  for await (const { items } of pages(store, query)) {
    if (items[0] !== undefined) return [dueOf(items[0])]
  }
  return []
}

/** When the next thing is due, ms; null when nothing is open. */
export const readNextDueAt = async (store: Store): Promise<number | null> => {
  const firsts = (await Promise.all(dueShards.map((shard) => firstInShard(store, shard)))).flat()
  return firsts.length === 0 ? null : Math.min(...firsts)
}
