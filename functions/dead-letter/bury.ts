import { BatchProcessor, EventType, processPartialResponse } from '@aws-lambda-powertools/batch'
import type { SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda'
import type { Log } from '../../lib/domain/log.ts'
import type { Metrics } from '../../lib/domain/metrics.ts'
import type { Clock, Ledger } from '../../lib/domain/ports.ts'
import { keepMessage } from '../../lib/lambda/keep-message.ts'
import { readMessage } from './read-message.ts'

/**
 * Writes into the ledger what ended in a dead-letter queue, as a letter that can be put back. The batch that a message names
 * is not lost with it: the ledger still holds it as queued, and the poller sends it again until it is claimed or its time has
 * passed. An event that did not reach ingest is nowhere else.
 */
export const bury = (
  event: SQSEvent,
  deps: { ledger: Ledger; clock: Clock; log: Log; metrics: Metrics },
): Promise<SQSBatchResponse> => {
  const processor = new BatchProcessor(EventType.SQS)
  const keep = (record: SQSRecord) => keepMessage(record, readMessage(record), deps)
  return processPartialResponse(event, keep, processor, { throwOnFullBatchFailure: false })
}
