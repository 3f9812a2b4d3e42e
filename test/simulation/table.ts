import { resultsJson } from '../../lib/aws/ledger/results-body.ts'
import { hindranceOf, type Letter } from '../../lib/domain/letter.ts'
import { type Batch, isEnded } from '../../lib/domain/batch.ts'
import type { Operation } from '../../lib/domain/operation.ts'
import type { LetterQuery } from '../../lib/domain/ports.ts'
import { Conflict } from '../../lib/domain/problem.ts'
import type { Results } from '../../lib/domain/result.ts'
import { createDueIndex } from './due-index.ts'
import type { Watch } from './watch.ts'

type Lease = { holder: string; until: number }

export type Table = ReturnType<typeof createTable>

const isWaiting = (letter: Letter): boolean => letter.redriven === null && hindranceOf(letter) === undefined

/** The ledger's rows. Every method is one conditional write or one consistent read of a single item. */
export const createTable = (watch: Watch, now: () => number, lagMs: () => number) => {
  const operations = new Map<string, Operation>()
  const batches = new Map<string, Map<string, Batch>>()
  const nodes = new Map<string, readonly string[]>()
  const results = new Map<string, { results: Results; json: string }>()
  const shared = new Map<string, { version: number; state: unknown }>()
  const leases = new Map<string, Lease>()
  const letters = new Map<string, Letter>()
  const letterBodies = new Map<string, string>()
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

  /** Whether a batch that the node is in has not ended. */
  const isOpen = (operationId: string, nodeId: string): boolean =>
    [...batchesOf(operationId).values()].some((batch) => {
      const isOver = batch.state === 'SPLIT' ? batch.dueAt === undefined : isEnded(batch)
      return !isOver && nodeIds(batch.batchId).includes(nodeId)
    })

  return {
    index,
    isOpen,
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
      watch.leaves(batchId, 'its results', json)
      // Read back, they stand in the order of the nodes.
      const ordered = ids.flatMap((id) => next.get(id) ?? [])
      results.set(batchId, { results: new Map(ordered.map((result) => [result.nodeId, result])), json })
      return true
    },

    /** An item that all functions change, as it is or as it is at first. */
    shared: <S>(name: string, first: S): { version: number; state: S } =>
      (shared.get(name) as { version: number; state: S } | undefined) ?? { version: 0, state: first }, // a name has one type
    saveShared: (name: string, version: number, state: unknown): boolean => {
      if ((shared.get(name)?.version ?? 0) !== version - 1) return false
      watch.shared(name, state)
      shared.set(name, { version, state })
      return true
    },
    acquire: (name: string, holder: string, at: number, until: number): boolean => {
      const lease = leases.get(name)
      if (lease !== undefined && lease.until > at && lease.holder !== holder) return false
      watch.leaves(name, 'a lease', `${name} ${holder}`)
      leases.set(name, { holder, until })
      return true
    },
    release: (name: string, holder: string): void => {
      const lease = leases.get(name)
      if (lease?.holder === holder) leases.set(name, { holder, until: 0 })
    },
    keepLetterBody: (letterId: string, body: string): void => {
      if (!letterBodies.has(letterId)) letterBodies.set(letterId, body)
    },
    heldUntil: (name: string): number => leases.get(name)?.until ?? 0,
    keepLetter: (letter: Letter): boolean => {
      if (!letterBodies.has(letter.letterId)) watch.violate('S2', letter.letterId, 'a letter without a body')
      watch.leaves(letter.letterId, 'a letter', JSON.stringify(letter))
      const isNew = !letters.has(letter.letterId)
      if (isNew) letters.set(letter.letterId, letter)
      return isNew
    },
    letterBody: (letterId: string): string => letterBodies.get(letterId) ?? '',
    saveLetter: (next: Letter): boolean => {
      if (letters.get(next.letterId)?.redriven !== null) return false
      watch.leaves(next.letterId, 'a letter', JSON.stringify(next))
      letters.set(next.letterId, next)
      return true
    },
    isWaiting,
    /** Newest first; a cursor is the letter that the page before ended with. */
    listLetters: ({ limit, cursor, waiting }: LetterQuery): { items: readonly Letter[]; nextCursor: string | null } => {
      const newestFirst = [...letters.values()].toReversed()
      const older = newestFirst.slice(newestFirst.findIndex(({ letterId }) => letterId === cursor) + 1)
      const wanted = waiting === true ? older.filter(isWaiting) : older
      const items = wanted.slice(0, limit)
      return { items, nextCursor: wanted.length > limit ? (items.at(-1)?.letterId ?? null) : null }
    },
  }
}
