import { resultsJson } from '../../lib/aws/ledger/results-body.ts'
import type { Batch } from '../../lib/domain/batch.ts'
import type { Operation } from '../../lib/domain/operation.ts'
import type { Letter } from '../../lib/domain/ports.ts'
import { Conflict } from '../../lib/domain/problem.ts'
import { emptyRate, type Rate } from '../../lib/domain/rate.ts'
import type { Results } from '../../lib/domain/result.ts'
import { createDueIndex } from './due-index.ts'
import type { Watch } from './watch.ts'

type Lease = { holder: string; until: number }

export type Table = ReturnType<typeof createTable>

/** The ledger's rows. Every method is one conditional write or one consistent read of a single item. */
export const createTable = (watch: Watch, now: () => number, lagMs: () => number) => {
  const operations = new Map<string, Operation>()
  const batches = new Map<string, Map<string, Batch>>()
  const nodes = new Map<string, readonly string[]>()
  const results = new Map<string, { results: Results; json: string }>()
  const rates = new Map<string, { version: number; rate: Rate }>()
  const leases = new Map<string, Lease>()
  const letters = new Map<string, Letter>()
  const index = createDueIndex(now, lagMs)

  const batchesOf = (operationId: string): Map<string, Batch> => {
    const there = batches.get(operationId) ?? new Map<string, Batch>()
    batches.set(operationId, there)
    return there
  }
  const putOperation = (next: Operation): true => {
    watch.operation(operations.get(next.operationId), next)
    operations.set(next.operationId, next)
    index.put(next.operationId, next)
    return true
  }
  const putBatch = (next: Batch): true => {
    watch.batch(batchesOf(next.operationId).get(next.batchId), next)
    batchesOf(next.operationId).set(next.batchId, next)
    index.put(next.batchId, next)
    return true
  }
  const nodeIds = (batchId: string): readonly string[] => {
    const ids = nodes.get(batchId)
    if (ids === undefined) throw new Error(`no nodes of ${batchId}`)
    return ids
  }
  const readResults = (batchId: string): Results => results.get(batchId)?.results ?? new Map()

  return {
    index,
    letters,
    operations,
    operation: (operationId: string) => operations.get(operationId),
    createOperation: (operation: Operation): boolean =>
      !operations.has(operation.operationId) && putOperation(operation),
    saveOperation: (next: Operation): boolean =>
      operations.get(next.operationId)?.version === next.version - 1 && putOperation(next),

    batch: (operationId: string, batchId: string) => batches.get(operationId)?.get(batchId),
    batches: (operationId: string): readonly Batch[] =>
      [...batchesOf(operationId).values()].toSorted((a, b) => (a.batchId < b.batchId ? -1 : 1)),
    createNodes: (batchId: string, ids: readonly string[]): void => {
      const there = nodes.get(batchId)
      if (there === undefined) nodes.set(batchId, ids)
      else if (there.length !== ids.length || there.some((id, i) => id !== ids[i])) throw new Conflict(batchId)
    },
    createBatch: (batch: Batch): boolean => !batchesOf(batch.operationId).has(batch.batchId) && putBatch(batch),
    saveBatch: (next: Batch): boolean =>
      batches.get(next.operationId)?.get(next.batchId)?.version === next.version - 1 && putBatch(next),

    nodeIds,
    results: readResults,
    saveResults: (batchId: string, ids: readonly string[], next: Results): boolean => {
      if (next.size === 0) return true
      const stored = results.get(batchId)
      const json = resultsJson(ids, next)
      if (stored !== undefined && stored.results.size >= next.size && stored.json !== json) return false
      watch.results(batchId, readResults(batchId), next)
      // Read back, they stand in the order of the nodes.
      const ordered = ids.flatMap((id) => next.get(id) ?? [])
      results.set(batchId, { results: new Map(ordered.map((result) => [result.nodeId, result])), json })
      return true
    },

    rate: (scope: string) => rates.get(scope) ?? { version: 0, rate: emptyRate },
    saveRate: (scope: string, version: number, rate: Rate): boolean => {
      if ((rates.get(scope)?.version ?? 0) !== version - 1) return false
      rates.set(scope, { version, rate })
      return true
    },
    acquire: (name: string, holder: string, at: number, until: number): boolean => {
      const lease = leases.get(name)
      if (lease !== undefined && lease.until > at && lease.holder !== holder) return false
      leases.set(name, { holder, until })
      return true
    },
    release: (name: string, holder: string): void => {
      const lease = leases.get(name)
      if (lease?.holder === holder) leases.set(name, { holder, until: 0 })
    },
    keepLetter: (letter: Letter): boolean => {
      const isNew = !letters.has(letter.letterId)
      if (isNew) letters.set(letter.letterId, letter)
      return isNew
    },
  }
}
