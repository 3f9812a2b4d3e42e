import { BatchProcessor, EventType, processPartialResponse } from '@aws-lambda-powertools/batch'
import type { SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda'
import type { Log } from '../../lib/domain/log.ts'
import type { Metrics } from '../../lib/domain/metrics.ts'
import type { Clock, Ledger } from '../../lib/domain/ports.ts'
import { keepMessage } from '../../lib/lambda/keep-message.ts'

/**
 * Writes into the ledger what ended in a dead-letter queue. The batch that a message names is not lost with it: the ledger
 * still holds it as queued, and the poller sends it again until it is claimed or its time has passed.
 */
export const bury = (
  event: SQSEvent,
  deps: { ledger: Ledger; clock: Clock; log: Log; metrics: Metrics },
): Promise<SQSBatchResponse> => {
  const processor = new BatchProcessor(EventType.SQS)
  const reason = 'delivered too often without success'
  return processPartialResponse(event, (record: SQSRecord) => keepMessage(record, reason, deps), processor, {
    throwOnFullBatchFailure: false,
  })
}
