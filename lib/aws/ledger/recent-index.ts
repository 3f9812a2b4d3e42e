import type { Operation } from '../../domain/operation.ts'
import type { Item } from './store.ts'

/** Operations are few: one partition lists them all. */
export const RECENT_SHARD = 'OPS'

/** Its place in the list of operations, by time; none while it is not accepted. */
export const recentIndex = ({ operationId, status, createdAt }: Operation): Item =>
  status === 'PLANNING'
    ? {}
    : { recentShard: { S: RECENT_SHARD }, recent: { S: `${new Date(createdAt).toISOString()}#${operationId}` } }
