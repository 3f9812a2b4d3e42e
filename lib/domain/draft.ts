import type { Operation } from './operation.ts'
import { noCounts } from './outcome.ts'
import type { Plan } from './plan.ts'
import type { OperationRequest } from './request.ts'

/** Who asks for an operation, and how a repetition is known. */
export type Asked = Pick<Operation, 'trigger' | 'principal' | 'idempotencyKey' | 'retryOf'>

/** The operation that a planned request makes, before its batches are written. */
export const draftOf = (
  operationId: string,
  request: OperationRequest,
  plan: Plan,
  asked: Asked,
  now: number,
): Operation => {
  const { nodeIds, ...asRequested } = request
  const total = nodeIds.length
  return {
    ...asRequested,
    ...asked,
    operationId,
    status: 'PLANNING',
    requestHash: plan.requestHash,
    planHash: plan.hash,
    batches: plan.batches.length,
    counts: { ...noCounts, total, pending: total },
    createdAt: now,
    endedAt: null,
    cancelledAt: null,
    version: 0,
    sequence: 0,
    published: 0,
  }
}

const LEFT_MS = 3_600_000

/** A draft that was left lying for an hour is begun anew when its request comes again: it has waited for nobody. */
export const begun = (draft: Operation, now: number): Operation =>
  now > draft.createdAt + LEFT_MS ? { ...draft, createdAt: now } : draft
