import type { SQSRecord } from 'aws-lambda'
import type { Purpose } from '../domain/letter.ts'
import type { Log } from '../domain/log.ts'
import type { Metrics } from '../domain/metrics.ts'
import type { Clock, Ledger } from '../domain/ports.ts'

/** What a message turned out to be: what it says, what it can be put back as, and why it is not worked on. */
export type Found = { body: string; purpose: Purpose; reason: string }

/** Puts a message that could not be worked on into the ledger. Done again it is the same entry. */
export const keepMessage = async (
  { messageId, eventSourceARN }: Pick<SQSRecord, 'messageId' | 'eventSourceARN'>,
  { body, purpose, reason }: Found,
  { ledger, clock, log, metrics }: { ledger: Ledger; clock: Clock; log: Log; metrics: Metrics },
): Promise<void> => {
  const queue = eventSourceARN.split(':').at(-1) ?? eventSourceARN
  log.error('message kept', { messageId, queue, kind: purpose.kind, reason })
  const isNew = await ledger.keepLetter({
    letterId: messageId,
    queue,
    reason,
    receivedAt: clock.now(),
    body,
    purpose,
  })
  if (isNew) metrics.count('DeadLetters', 1)
}
