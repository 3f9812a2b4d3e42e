import { type Batch, become, type BatchIdentity, identityOf, type Part, type Queued } from './batch.ts'

/** The batch taken apart. It is due until its parts are surely written. */
export const split = (batch: Batch, parts: readonly Part[], now: number): Batch =>
  become(batch, { state: 'SPLIT', dueAt: now, parts })

/** Two halves that wait to be submitted: how one bad node is found among many. */
export const halves = (nodes: number, waiting: Queued): Part[] => {
  const middle = Math.ceil(nodes / 2)
  const indices = Array.from({ length: nodes }, (_, i) => i)
  return [indices.slice(0, middle), indices.slice(middle)].map((part) => ({
    nodes: part,
    state: waiting,
  }))
}

/**
 * The batches that a split batch became, with their node ids. Made from the batch alone, so that whoever does it again
 * after a crash makes the same ones.
 */
export const partsOf = (batch: Batch, nodeIds: readonly string[]): { batch: Batch; nodeIds: readonly string[] }[] => {
  if (batch.state !== 'SPLIT') return []
  return batch.parts.map((part, index) => {
    const ids = part.nodes.map((i) => {
      const id = nodeIds[i]
      if (id === undefined) throw new RangeError(`batch ${batch.batchId} has no node ${i}`)
      return id
    })
    const identity: BatchIdentity = {
      ...identityOf(batch),
      batchId: `${batch.batchId}.${index + 1}`,
      nodes: ids.length,
      version: 0,
      sequence: 0,
      published: -1,
      attempt: 0,
    }
    return { batch: { ...identity, ...part.state }, nodeIds: ids }
  })
}

/** The split batch once its parts are written: it asks for nothing any more. */
export const splitDone = (batch: Batch): Batch => become(batch, { state: 'SPLIT', parts: [] })
