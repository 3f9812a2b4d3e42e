import type { Batch } from '../domain/batch.ts'
import { cancel, expired } from '../domain/claim.ts'
import type { Operation } from '../domain/operation.ts'
import type { Pace } from '../domain/pace.ts'
import type { Clock, Dispatcher, Ledger } from '../domain/ports.ts'
import { type Clouds, rulesOf } from './clouds.ts'
import { mapLimit } from '../domain/map-limit.ts'

export type DispatchDeps = { ledger: Ledger; dispatcher: Dispatcher; clock: Clock; pace: Pace; clouds: Clouds }

/**
 * A batch that nobody claimed within this time is sent again: a second message does no harm. Not longer than a claim, so that
 * a worker that was lost is found when its claim is over.
 */
export const RESEND_MS = 45_000
/** A message that was not taken is sent again after this. */
export const RETRY_SEND_MS = 2_000
const WRITES_AT_ONCE = 16

/** What came of sending batches: those that ended instead, and the ids of those whose messages were not surely taken. */
export type Dispatched = { ended: readonly Batch[]; notTaken: ReadonlySet<string> }

/**
 * Sends the batches of one operation that wait for it. Nothing is written of it: whoever finds them waiting later sends them
 * again. Those whose time has passed end instead, and of a cancelled operation none goes out.
 */
export const dispatch = async (
  operation: Pick<Operation, 'provider' | 'cancelledAt'>,
  batches: readonly Batch[],
  { ledger, dispatcher, clock, clouds }: DispatchDeps,
): Promise<Dispatched> => {
  const now = clock.now()
  const endOf = (batch: Batch): Batch | undefined =>
    operation.cancelledAt === null ? expired(batch, now, rulesOf(clouds, batch).rules) : cancel(batch, now)
  const waiting = batches.map((batch) => ({ batch, end: endOf(batch) }))
  const ends = waiting.flatMap(({ end }) => end ?? [])
  const written = await mapLimit(ends, WRITES_AT_ONCE, async (end) => ((await ledger.saveBatch(end)) ? [end] : []))

  const messages = waiting.flatMap(({ batch: { operationId, batchId }, end }) =>
    end === undefined ? [{ operationId, batchId }] : [],
  )
  const notTaken = messages.length === 0 ? new Set<string>() : await dispatcher.send(operation.provider, messages)
  return { ended: written.flat(), notTaken }
}
