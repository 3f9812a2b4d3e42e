import { BatchProcessor, EventType, processPartialResponse } from '@aws-lambda-powertools/batch'
import type { SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda'
import { parseBatchMessage } from '../domain/batch-message.ts'
import type { Log } from '../domain/log.ts'
import type { Metrics } from '../domain/metrics.ts'
import type { BatchMessage, Clock, Ledger } from '../domain/ports.ts'
import { keepMessage } from './keep-message.ts'
import { withLogIds } from './log-ids.ts'

/**
 * Works on every message of a delivery at once and reports those that failed, and those alone. A message that nobody will
 * ever understand is kept in the ledger and acknowledged: delivered again it would not become a better one.
 */
export const eachMessage = (
  event: SQSEvent,
  deps: { ledger: Ledger; clock: Clock; log: Log; metrics: Metrics },
  work: (message: BatchMessage) => Promise<void>,
): Promise<SQSBatchResponse> => {
  const one = async (record: SQSRecord): Promise<void> => {
    const message = parseBatchMessage(record.body)
    if ('malformed' in message) {
      const found = { body: record.body, purpose: { kind: 'unreadable' }, reason: message.malformed } as const
      return keepMessage(record, found, deps)
    }
    await withLogIds({ messageId: record.messageId, ...message }, async () => {
      try {
        await work(message)
      } catch (error) {
        deps.log.error('message failed', { error })
        throw error
      }
    })
  }
  const processor = new BatchProcessor(EventType.SQS)
  return processPartialResponse(event, one, processor, { throwOnFullBatchFailure: false })
}
