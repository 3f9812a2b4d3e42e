import { type Batch, become } from '../domain/batch.ts'
import { cancel, expired } from '../domain/claim.ts'
import type { Operation } from '../domain/operation.ts'
import type { Pace } from '../domain/pace.ts'
import type { Clock, Dispatcher, Ledger } from '../domain/ports.ts'
import { type Clouds, rulesOf } from './clouds.ts'
import { mapLimit } from './map-limit.ts'

export type DispatchDeps = { ledger: Ledger; dispatcher: Dispatcher; clock: Clock; pace: Pace; clouds: Clouds }

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
  deps: DispatchDeps,
): Promise<void> => {
  const { ledger, dispatcher, clock, pace } = deps
  const now = clock.now()
  const written = await mapLimit(batches, WRITES_AT_ONCE, async (batch) => {
    const next = operation.cancelledAt === null ? waiting(batch, now, deps) : cancel(batch, now)
    return next !== undefined && (await ledger.saveBatch(next)) ? next : undefined
  })
  const sent = written.filter((batch) => batch?.state === 'QUEUED')
  if (sent.length === 0) return

  const messages = sent.map(({ operationId, batchId }) => ({ operationId, batchId }))
  const notTaken = await dispatcher.send(operation.provider, messages)
  const again = sent.filter((batch) => notTaken.has(batch.batchId))
  await mapLimit(again, WRITES_AT_ONCE, (batch) =>
    ledger.saveBatch(become(batch, { ...batch, dueAt: now + pace(RETRY_SEND_MS) })),
  )
}

/** The batch as it waits for its message to be worked on, or as it ends because its time has passed. */
const waiting = (batch: Batch, now: number, { clouds, pace }: DispatchDeps): Batch | undefined => {
  const dueAt = now + pace(RESEND_MS)
  if (batch.state === 'PLANNED')
    return become(batch, { state: 'QUEUED', dueAt, notBefore: null, code: null, reason: null })
  if (batch.state !== 'QUEUED') return undefined
  return expired(batch, now, rulesOf(clouds, batch).rules) ?? become(batch, { ...batch, dueAt })
}
