import type { SQSRecord } from 'aws-lambda'
import type { Log } from '../domain/log.ts'
import type { Metrics } from '../domain/metrics.ts'
import type { Clock, Ledger } from '../domain/ports.ts'

const LONGEST_BODY = 10_000

/** Puts a message that could not be worked on into the ledger. Done again it is the same entry. */
export const keepMessage = async (
  { messageId, body, eventSourceARN }: SQSRecord,
  reason: string,
  { ledger, clock, log, metrics }: { ledger: Ledger; clock: Clock; log: Log; metrics: Metrics },
): Promise<void> => {
  const queue = eventSourceARN.split(':').at(-1) ?? eventSourceARN
  log.error('message kept', { messageId, queue, reason })
  const isNew = await ledger.keepLetter({
    letterId: messageId,
    queue,
    body: body.slice(0, LONGEST_BODY),
    reason,
    receivedAt: clock.now(),
  })
  if (isNew) metrics.count('DeadLetters', 1)
}
