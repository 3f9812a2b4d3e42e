import type { Item } from './store.ts'

/** Operations are few, and letters fewer: one partition lists all of a kind. */
export const OPERATIONS_SHARD = 'OPS'
export const LETTERS_SHARD = 'LETTERS'

/** Its place in the list of its kind, by time (ms). */
export const recentIndex = (shard: string, id: string, at: number): Item => ({
  recentShard: { S: shard },
  recent: { S: `${new Date(at).toISOString()}#${id}` },
})
