import type { Batch } from '../domain/batch.ts'
import type { Operation } from '../domain/operation.ts'
import type { Plan } from '../domain/plan.ts'
import type { Ledger } from '../domain/ports.ts'
import { Conflict } from '../domain/problem.ts'
import { mapLimit } from '../domain/map-limit.ts'

/** @throws Conflict when the key of the operation was used for another request */
export const sameRequest = (known: Operation, plan: Plan): void => {
  if (known.requestHash !== plan.requestHash) {
    throw new Conflict(`the idempotency key was used for another request, which made operation ${known.operationId}`)
  }
}

/** @throws Conflict when the draft is cut otherwise: batches of two plans in one operation would have nodes in common */
export const samePlan = (known: Operation, plan: Plan): void => {
  if (known.planHash !== plan.hash) {
    throw new Conflict('the request was begun under this key and is cut otherwise by now: ask again under another key')
  }
}

/** Keeps the draft, or finds what somebody else made of the same request at the same time. */
export const keepDraft = async (draft: Operation, plan: Plan, ledger: Ledger): Promise<Operation> => {
  if (await ledger.createOperation(draft)) return draft
  const other = await ledger.operation(draft.operationId)
  if (other === undefined) throw new Error(`operation ${draft.operationId} was created by somebody else and is gone`)
  sameRequest(other, plan)
  return other
}

const WRITES_AT_ONCE = 24

type Planned = { batch: Batch; nodeIds: readonly string[] }

/**
 * Writes the batches of a draft; what is there already stays.
 *
 * @param isAnew whether the draft had been left lying: then its batches are made young again with it
 */
export const writeBatches = async (planned: readonly Planned[], isAnew: boolean, ledger: Ledger): Promise<void> => {
  await mapLimit(planned, WRITES_AT_ONCE, async ({ batch, nodeIds }) => {
    await ledger.createBatch(batch, nodeIds)
    if (isAnew) await beginAnew(batch, ledger)
  })
}

/** A batch that was written with an old draft would count as having waited since, and be given up at once. */
const beginAnew = async (batch: Batch, ledger: Ledger): Promise<void> => {
  const there = await ledger.batch(batch.operationId, batch.batchId)
  if (there?.state !== 'PLANNED' || there.createdAt >= batch.createdAt) return
  // Written at this moment by somebody else, it is young as well.
  await ledger.saveBatch({ ...batch, version: there.version + 1 })
}
