import type { Operation } from '../../domain/operation.ts'
import { bodyOf } from './body.ts'
import { dueIndex } from './due-index.ts'
import { expiresAt, KEPT_MS } from './expiry.ts'
import { operationKey } from './keys.ts'
import { operationBody } from './operation-body.ts'
import { recentIndex } from './recent-index.ts'
import { follows, get, isNew, put, type Item, type Key, type Store } from './store.ts'

const itemOf = (operation: Operation): Item & Key => ({
  ...operationKey(operation.operationId),
  ...dueIndex(operation),
  ...recentIndex(operation),
  ...expiresAt(operation.createdAt + KEPT_MS),
  version: { N: String(operation.version) },
  // Lists are filtered by these two.
  status: { S: operation.status },
  provider: { S: operation.provider },
  body: { S: JSON.stringify(operation) },
})

export const createOperation = (store: Store, operation: Operation): Promise<boolean> =>
  put(store, itemOf(operation), isNew)

export const saveOperation = (store: Store, next: Operation): Promise<boolean> =>
  put(store, itemOf(next), follows(next.version))

export const readOperation = async (store: Store, operationId: string): Promise<Operation | undefined> => {
  const item = await get(store, operationKey(operationId))
  return item && bodyOf(operationBody, item)
}
