import { closeOperation } from '../../lib/flow/tend-operation.ts'
import { mapEach } from '../../lib/flow/map-each.ts'
import { markPublished, publishBatches, RETRY_PUBLISH_MS } from '../../lib/flow/publish.ts'
import { CALLS_AT_ONCE, type Ended, failed, itself, itsOperation, keep, keepOperation, type Pass } from './pass.ts'

/**
 * Ended batches are published, then their operations closed, and only then does nothing ask for them any more: whatever
 * crashes in between is done again from the batch.
 */
export const finish = async (ended: readonly Ended[], pass: Pass): Promise<void> => {
  const { clock, pace, schedule } = pass
  if (ended.length === 0) return
  const taken = await publishBatches(ended, pass)
  const operations = new Set(ended.map(({ operationId }) => operationId))
  const close = async (operationId: string): Promise<void> => {
    const operation = await closeOperation(operationId, pass)
    if (operation !== undefined) keepOperation(operation, pass)
  }
  const retryAt = clock.now() + pace(RETRY_PUBLISH_MS)
  const notClosed = (error: unknown, operationId: string): void => {
    failed(pass, 'an operation could not be closed')(error)
    schedule.hasten({ operationId, batchId: null }, retryAt)
  }
  await mapEach([...operations], CALLS_AT_ONCE, close, notClosed, itsOperation)

  for (const batch of ended) keep(batch, pass, retryAt)
  const mark = async (batch: Ended): Promise<void> => {
    // Where somebody else was first, it is marked by now, and what is remembered of it is wrong.
    await markPublished(batch, pass)
    schedule.forget(batch)
  }
  await mapEach([...taken], CALLS_AT_ONCE, mark, failed(pass, 'a batch could not be marked as published'), itself)
}
