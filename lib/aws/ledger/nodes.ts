import type { Batch } from '../../domain/batch.ts'
import { Conflict, NotFound } from '../../domain/problem.ts'
import { expiresAt, KEPT_MS } from './expiry.ts'
import { nodesKey } from './keys.ts'
import { packedIds, unpackedIds } from './packed-ids.ts'
import { getWritten, isNew, put, type Store } from './store.ts'

export type ReadNodes = (operationId: string, batchId: string) => Promise<readonly string[]>

/**
 * Writes the node ids of a batch, once. Throws Conflict when other ones are there: a batch must never be carried out on
 * nodes that this request does not name.
 */
export const createNodes = async (store: Store, batch: Batch, nodeIds: readonly string[]): Promise<void> => {
  const { operationId, batchId, createdAt } = batch
  const item = { ...nodesKey(operationId, batchId), ...expiresAt(createdAt + KEPT_MS), ...packedIds(nodeIds) }
  if (await put(store, item, isNew)) return

  const there = await readNodes(store, operationId, batchId)
  const same = there.length === nodeIds.length && there.every((id, i) => id === nodeIds[i])
  if (!same) throw new Conflict(`the batch ${batchId} was written before, with other nodes`)
}

const readNodes = async (store: Store, operationId: string, batchId: string): Promise<readonly string[]> => {
  const item = await getWritten(store, nodesKey(operationId, batchId))
  if (item === undefined) throw new NotFound(`there are no nodes of a batch ${batchId}`)
  return unpackedIds(item)
}

/** Batches whose nodes are remembered: some 4 MB of ids. */
const REMEMBERED = 64

/** Reads node ids, and remembers those of the latest batches: they are written once and asked for at every look at a job. */
export const nodesReader = (store: Store): ReadNodes => {
  const remembered = new Map<string, readonly string[]>()
  return async (operationId, batchId) => {
    const name = `${operationId} ${batchId}`
    const ids = remembered.get(name) ?? (await readNodes(store, operationId, batchId))
    // Last in, last out: a map keeps the order in which its keys came.
    remembered.delete(name)
    remembered.set(name, ids)
    for (const oldest of remembered.keys()) {
      if (remembered.size <= REMEMBERED) break
      remembered.delete(oldest)
    }
    return ids
  }
}
