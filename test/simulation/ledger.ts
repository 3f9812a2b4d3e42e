import type { Batch } from '../../lib/domain/batch.ts'
import { closedBreaker } from '../../lib/domain/breaker.ts'
import { emptyPage } from '../../lib/domain/hold-page.ts'
import type { Operation } from '../../lib/domain/operation.ts'
import type { Ledger } from '../../lib/domain/ports.ts'
import { emptyRate } from '../../lib/domain/rate.ts'
import { Unavailable } from '../../lib/domain/problem.ts'
import type { Life } from './life.ts'
import type { Table } from './table.ts'

const MOST_TRIES = 40

const told = (row: Operation | Batch): string =>
  'batchId' in row ? `${row.batchId} v${row.version} ${row.state}` : `${row.operationId} v${row.version} ${row.status}`

/** The ledger as one invocation has it: each item read or written is an effect of its own. */
export const createSimulatedLedger = (table: Table, life: Life): Ledger => {
  const item = <T>(name: string, perform: () => T, about?: () => string): Promise<T> =>
    life.effect(name, perform, about === undefined ? { canFail: true } : { canFail: true, about })

  /** A read and a conditional write, until nobody was faster. */
  const changed = async <S, T>(
    kind: string,
    name: string,
    first: S,
    change: (before: S) => { state: S; result: T },
  ): Promise<T> => {
    const about = () => name
    for (let tries = 0; tries < MOST_TRIES; tries += 1) {
      const { version, state: before } = await item(
        kind.toLowerCase(),
        () => table.shared(`${kind} ${name}`, first),
        about,
      )
      const { state, result } = change(before)
      if (state === before) return result
      const saved = await item(`save${kind}`, () => table.saveShared(`${kind} ${name}`, version + 1, state), about)
      if (saved) return result
    }
    throw new Unavailable(`${name} is changed by too many at once`)
  }

  return {
    createOperation: (operation) =>
      item(
        'createOperation',
        () => table.createOperation(operation),
        () => told(operation),
      ),
    operation: (operationId) =>
      item(
        'operation',
        () => table.operation(operationId),
        () => operationId,
      ),
    saveOperation: (next) =>
      item(
        'saveOperation',
        () => table.saveOperation(next),
        () => told(next),
      ),
    listOperations: () =>
      item('listOperations', () => ({ items: [...table.operations.values()].slice(-20), nextCursor: null })),

    createBatch: async (batch, nodeIds) => {
      await item(
        'createNodes',
        () => table.createNodes(batch.batchId, nodeIds),
        () => batch.batchId,
      )
      await item(
        'createBatch',
        () => table.createBatch(batch),
        () => told(batch),
      )
    },
    batch: (operationId, batchId) =>
      item(
        'batch',
        () => table.batch(operationId, batchId),
        () => batchId,
      ),
    batches: (operationId) =>
      item(
        'batches',
        () => table.batches(operationId),
        () => operationId,
      ),
    saveBatch: (next) =>
      item(
        'saveBatch',
        () => table.saveBatch(next),
        () => told(next),
      ),
    nodeIds: (_, batchId) =>
      item(
        'nodeIds',
        () => table.nodeIds(batchId),
        () => batchId,
      ),
    results: (_, batchId) =>
      item(
        'results',
        () => table.results(batchId),
        () => batchId,
      ),
    saveResults: (_, batchId, nodeIds, results) =>
      item(
        'saveResults',
        () => table.saveResults(batchId, nodeIds, results),
        () => `${batchId} ${results.size}`,
      ),

    agenda: (limit) => item('agenda', () => table.index.agenda(limit)),

    updateRate: (scope, change) =>
      changed('Rate', scope, emptyRate, (before) => {
        const { rate, result } = change(before)
        return { state: rate, result }
      }),
    updateHolds: (name, change) =>
      changed('Holds', name, emptyPage, (before) => {
        const { page, result } = change(before)
        return { state: page, result }
      }),
    updateBreaker: (name, change) =>
      changed('Breaker', name, closedBreaker, (before) => {
        const { breaker, result } = change(before)
        return { state: breaker, result }
      }),
    acquire: (name, holder, now, until) =>
      item(
        'acquire',
        () => table.acquire(name, holder, now, until),
        () => `${name} ${holder}`,
      ),
    release: (name, holder) =>
      item(
        'release',
        () => table.release(name, holder),
        () => `${name} ${holder}`,
      ),
    heldUntil: (name) =>
      item(
        'heldUntil',
        () => table.heldUntil(name),
        () => name,
      ),
    keepLetter: async ({ body, ...letter }) => {
      const { letterId, reason } = letter
      await item(
        'keepLetterBody',
        () => table.keepLetterBody(letterId, body),
        () => letterId,
      )
      const kept = { ...letter, excerpt: '', bodyLength: body.length, cut: false, redriven: null }
      return item(
        'keepLetter',
        () => table.keepLetter(kept),
        () => `${letterId} ${reason}`,
      )
    },
    letter: (letterId) =>
      item(
        'letter',
        () => table.letters.get(letterId),
        () => letterId,
      ),
    letterBody: (letterId) =>
      item(
        'letterBody',
        () => table.letterBody(letterId),
        () => letterId,
      ),
    saveLetter: (next) =>
      item(
        'saveLetter',
        () => table.saveLetter(next),
        () => next.letterId,
      ),
    listLetters: (query) => item('listLetters', () => table.listLetters(query)),
  }
}
