import { fingerprint } from '../../domain/fingerprint.ts'
import type { Item } from './store.ts'

/** One partition of an index takes 1,000 writes a second; four take the batches of the largest fleets. */
export const dueShards = ['DUE#0', 'DUE#1', 'DUE#2', 'DUE#3'] as const

const shardOf = (operationId: string): string =>
  `DUE#${Number.parseInt(fingerprint(operationId).slice(0, 8), 16) % dueShards.length}`

/** Its place in the index of what is due, by whole ms; none without a time. */
export const dueIndex = ({ operationId, dueAt }: { operationId: string; dueAt?: number | undefined }): Item =>
  dueAt === undefined ? {} : { dueShard: { S: shardOf(operationId) }, due: { N: String(Math.ceil(dueAt)) } }
