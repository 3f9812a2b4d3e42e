import { fingerprint } from '../../domain/fingerprint.ts'
import type { Item } from './store.ts'

/**
 * The index's partitions. Each takes 1,000 writes a second, which is some 25 batches a second from their beginning to their end;
 * every one more is a query more at every look of the poller.
 */
export const dueShards = ['DUE#0'] as const

const shardOf = (operationId: string): string =>
  `DUE#${Number.parseInt(fingerprint(operationId).slice(0, 8), 16) % dueShards.length}`

/** Its place in the index of what is due, by whole ms; none without a time. */
export const dueIndex = ({ operationId, dueAt }: { operationId: string; dueAt?: number | undefined }): Item =>
  dueAt === undefined ? {} : { dueShard: { S: shardOf(operationId) }, due: { N: String(Math.ceil(dueAt)) } }
