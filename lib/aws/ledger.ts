import type { Ledger } from '../domain/ports.ts'
import { updateBreaker } from './ledger/breakers.ts'
import { createBatch, readBatch, readBatches, saveBatch } from './ledger/batches.ts'
import { readAgenda } from './ledger/due.ts'
import { updateHolds } from './ledger/holds.ts'
import { acquire, readHeldUntil, release } from './ledger/leases.ts'
import { keepLetter, listLetters, readLetter, readLetterBody, saveLetter } from './ledger/letters.ts'
import { nodesReader } from './ledger/nodes.ts'
import { createOperation, listOperations, readOperation, saveOperation } from './ledger/operations.ts'
import { updateRate } from './ledger/rates.ts'
import { readResults, saveResults } from './ledger/results.ts'
import type { Store } from './ledger/store.ts'

/**
 * The ledger in one DynamoDB table:
 *
 * | pk | sk | holds |
 * |---|---|---|
 * | `OP#<operation id>` | `OP` | the operation |
 * | | `B#<batch id>` | a batch: small, written often |
 * | | `N#<batch id>` | its node ids, written once |
 * | | `R#<batch id>` | results per node, where they differ |
 * | `RATE#<scope>` | `RATE` | a shared rate count |
 * | `BREAKER#<hash>` | `BREAKER` | that a provider refused a credential |
 * | `LEASE#<name>` | `LEASE` | who holds a name until when |
 * | `HOLDS#<target> <page>` | `HOLDS` | which batches may act on nodes whose ids begin alike |
 * | `LETTER#<id>` | `LETTER` | a message or an event that could not be worked on |
 * | | `BODY` | what it said, packed |
 *
 * The index `due` (dueShard, due) has the keys and providers of the operations and batches that the poller must look at: what
 * else changes of them costs the index nothing. The index `recent` (recentShard, recent) has the accepted operations and the letters.
 * Every write is a conditional write of a single item.
 */
export const createLedger = (store: Store): Ledger => {
  const nodeIds = nodesReader(store)
  return {
    createOperation: (operation) => createOperation(store, operation),
    operation: (operationId) => readOperation(store, operationId),
    saveOperation: (next) => saveOperation(store, next),
    listOperations: (query) => listOperations(store, query),
    createBatch: (batch, ids) => createBatch(store, batch, ids),
    batch: (operationId, batchId) => readBatch(store, operationId, batchId),
    batches: (operationId) => readBatches(store, operationId),
    saveBatch: (next) => saveBatch(store, next),
    nodeIds,
    results: (operationId, batchId) => readResults(store, nodeIds, operationId, batchId),
    saveResults: (operationId, batchId, ids, results) => saveResults(store, operationId, batchId, ids, results),
    agenda: (limit) => readAgenda(store, limit),
    updateRate: (scope, change, now) => updateRate(store, scope, change, now),
    updateHolds: (page, change, now) => updateHolds(store, page, change, now),
    updateBreaker: (name, change, now) => updateBreaker(store, name, change, now),
    acquire: (name, holder, now, until) => acquire(store, name, holder, now, until),
    release: (name, holder) => release(store, name, holder),
    heldUntil: (name) => readHeldUntil(store, name),
    keepLetter: (letter) => keepLetter(store, letter),
    letter: (letterId) => readLetter(store, letterId),
    letterBody: (letterId) => readLetterBody(store, letterId),
    saveLetter: (next) => saveLetter(store, next),
    listLetters: (query) => listLetters(store, query),
  }
}
