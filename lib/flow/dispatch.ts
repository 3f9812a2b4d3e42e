import { type Batch, become } from '../domain/batch.ts'
import { cancel } from '../domain/claim.ts'
import type { Operation } from '../domain/operation.ts'
import type { Pace } from '../domain/pace.ts'
import type { Clock, Dispatcher, Ledger } from '../domain/ports.ts'
import { mapLimit } from './map-limit.ts'

export type DispatchDeps = { ledger: Ledger; dispatcher: Dispatcher; clock: Clock; pace: Pace }

/** A batch that nobody claimed within this time is sent again: a second message does no harm. */
const RESEND_MS = 60_000
const RETRY_SEND_MS = 2_000
const WRITES_AT_ONCE = 16

/**
 * Sends the batches of one operation that wait for it. Each is written as QUEUED first, due to be sent again, so that a
 * message that is never sent or lost is made up for by the poller. Of a cancelled operation none goes out.
 */
export const dispatch = async (
  operation: Pick<Operation, 'provider' | 'cancelledAt'>,
  batches: readonly Batch[],
  { ledger, dispatcher, clock, pace }: DispatchDeps,
): Promise<void> => {
  const now = clock.now()
  const written = await mapLimit(batches, WRITES_AT_ONCE, async (batch) => {
    const next = operation.cancelledAt === null ? queued(batch, now + pace(RESEND_MS)) : cancel(batch, now)
    return next !== undefined && (await ledger.saveBatch(next)) ? next : undefined
  })
  const waiting = written.filter((batch) => batch?.state === 'QUEUED')
  if (waiting.length === 0) return

  const messages = waiting.map(({ operationId, batchId }) => ({ operationId, batchId }))
  const notTaken = await dispatcher.send(operation.provider, messages)
  const again = waiting.filter((batch) => notTaken.has(batch.batchId))
  await mapLimit(again, WRITES_AT_ONCE, (batch) =>
    ledger.saveBatch(become(batch, { ...batch, dueAt: now + pace(RETRY_SEND_MS) })),
  )
}

const queued = (batch: Batch, dueAt: number): Batch | undefined => {
  if (batch.state === 'PLANNED') return become(batch, { state: 'QUEUED', dueAt, code: null, reason: null })
  return batch.state === 'QUEUED' ? become(batch, { ...batch, dueAt }) : undefined
}
