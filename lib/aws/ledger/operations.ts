import type { Operation } from '../../domain/operation.ts'
import type { Ledger, OperationQuery } from '../../domain/ports.ts'
import { bodyOf } from './body.ts'
import { dueIndex } from './due-index.ts'
import { expiresAt, OPERATION_KEPT_MS } from './expiry.ts'
import { operationKey } from './keys.ts'
import { operationBody } from './operation-body.ts'
import { listRecent } from './recent.ts'
import { OPERATIONS_SHARD, recentIndex } from './recent-index.ts'
import { follows, get, isNew, put, type Item, type Key, type Store } from './store.ts'

const itemOf = (operation: Operation): Item & Key => ({
  ...operationKey(operation.operationId),
  ...dueIndex(operation),
  // What was not accepted is in no list.
  ...(operation.status === 'PLANNING' ? {} : recentIndex(OPERATIONS_SHARD, operation.operationId, operation.createdAt)),
  ...expiresAt(operation.createdAt + OPERATION_KEPT_MS),
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

/** Accepted operations, newest first. */
export const listOperations = async (store: Store, query: OperationQuery): ReturnType<Ledger['listOperations']> => {
  const { status, provider } = query
  const filter: Item = {
    ...(status === undefined ? {} : { status: { S: status } }),
    ...(provider === undefined ? {} : { provider: { S: provider } }),
  }
  const { items, nextCursor } = await listRecent(store, OPERATIONS_SHARD, query, filter)
  return { items: items.map((item) => bodyOf(operationBody, item)), nextCursor }
}
