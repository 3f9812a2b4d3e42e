import type { Batch } from '../../domain/batch.ts'
import { batchBody, batchJson } from './batch-body.ts'
import { bodyOf } from './body.ts'
import { dueIndex } from './due-index.ts'
import { expiresAt, KEPT_MS } from './expiry.ts'
import { BATCH_PREFIX, batchKey, operationPartition } from './keys.ts'
import { createNodes } from './nodes.ts'
import { follows, get, isNew, pages, put, type Item, type Key, type Store } from './store.ts'

const itemOf = (batch: Batch): Item & Key => ({
  ...batchKey(batch.operationId, batch.batchId),
  ...dueIndex(batch),
  ...expiresAt(batch.createdAt + KEPT_MS),
  version: { N: String(batch.version) },
  // The index of what is due shows it beside the key.
  provider: { S: batch.provider },
  body: { S: batchJson(batch) },
})

/** The nodes are written first: a batch that is there has them. */
export const createBatch = async (store: Store, batch: Batch, nodeIds: readonly string[]): Promise<void> => {
  await createNodes(store, batch, nodeIds)
  // A batch that is there already may have moved on since: it stays as it is.
  await put(store, itemOf(batch), isNew)
}

export const saveBatch = (store: Store, next: Batch): Promise<boolean> =>
  put(store, itemOf(next), follows(next.version))

export const readBatch = async (store: Store, operationId: string, batchId: string): Promise<Batch | undefined> => {
  const item = await get(store, batchKey(operationId, batchId))
  return item && bodyOf(batchBody, item)
}

export const readBatches = async (store: Store, operationId: string): Promise<Batch[]> => {
  const found: Batch[] = []
  const query = {
    KeyConditionExpression: 'pk = :pk AND begins_with(sk, :prefix)',
    ExpressionAttributeValues: { ':pk': { S: operationPartition(operationId) }, ':prefix': { S: BATCH_PREFIX } },
    ConsistentRead: true,
  }
  for await (const { items } of pages(store, query)) {
    for (const item of items) found.push(bodyOf(batchBody, item))
  }
  return found
}
