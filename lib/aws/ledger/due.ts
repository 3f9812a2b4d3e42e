import type { Open } from '../../domain/ports.ts'
import { dueShards } from './due-index.ts'
import { openOf } from './keys.ts'
import { pages, type Item, type Store } from './store.ts'

const firstInShard = async (store: Store, shard: string, limit: number): Promise<Item[]> => {
  const found: Item[] = []
  const query = {
    IndexName: 'due',
    KeyConditionExpression: 'dueShard = :shard',
    ExpressionAttributeValues: { ':shard': { S: shard } },
    Limit: limit,
  }
  for await (const { items } of pages(store, query)) {
    found.push(...items)
    if (found.length >= limit) break
  }
  return found
}

/** The first `limit` operations and batches that ask for something, by the time when. */
export const readAgenda = async (store: Store, limit: number): Promise<Open[]> => {
  const shards = await Promise.all(dueShards.map((shard) => firstInShard(store, shard, limit)))
  return shards
    .flat()
    .map((item) => ({
      ...openOf(item),
      provider: String(item['provider']?.S),
      dueAt: Number(item['due']?.N),
    }))
    .toSorted((a, b) => a.dueAt - b.dueAt)
    .slice(0, limit)
}
