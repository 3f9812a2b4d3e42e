import type { Batch } from '../../lib/domain/batch.ts'
import type { Operation } from '../../lib/domain/operation.ts'
import type { Ledger } from '../../lib/domain/ports.ts'
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

    updateRate: async (scope, change) => {
      for (let tries = 0; tries < MOST_TRIES; tries += 1) {
        const { version, rate: before } = await item(
          'rate',
          () => table.rate(scope),
          () => scope,
        )
        const { rate, result } = change(before)
        if (rate === before) return result
        if (
          await item(
            'saveRate',
            () => table.saveRate(scope, version + 1, rate),
            () => scope,
          )
        )
          return result
      }
      throw new Unavailable(`the rate count of ${scope} is changed by too many at once`)
    },
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
    keepLetter: (letter) =>
      item(
        'keepLetter',
        () => table.keepLetter(letter),
        () => letter.reason,
      ),
  }
}
