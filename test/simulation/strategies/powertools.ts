import { IdempotencyConfig, makeIdempotent } from '@aws-lambda-powertools/idempotency'
import type { Context } from 'aws-lambda'
import { bury } from '../../../functions/dead-letter/bury.ts'
import type { Batch } from '../../../lib/domain/batch.ts'
import type { BatchMessage } from '../../../lib/domain/ports.ts'
import type { Deps, Functions } from '../functions.ts'
import { followPlainly } from './follow-plainly.ts'
import { type Answered, record, submitOrThrow } from './naive.ts'
import { Records, type Rows } from './records.ts'

/** Longer than any message is delivered again; the library's own hour would be over before some are. */
const EXPIRES_AFTER_S = 86_400

/**
 * Idempotency as Powertools for AWS Lambda has it: the call to the provider is made idempotent under the batch's id. Its
 * answer is kept and given to whoever comes again; a call that throws is forgotten, and one whose invocation's time is over
 * may be made again.
 */
export const createPowertools = (): Functions => {
  const rows: Rows = new Map()

  const invoke = async ({ operationId, batchId }: BatchMessage, deps: Deps): Promise<void> => {
    const batch = await deps.ledger.batch(operationId, batchId)
    if (batch?.state !== 'QUEUED') return
    // Of the context, the library asks for nothing else.
    const lambdaContext = { getRemainingTimeInMillis: deps.life.remainingMs } as Context
    const submitOnce = makeIdempotent((one: Batch): Promise<Answered> => submitOrThrow(one, deps), {
      persistenceStore: new Records(rows, deps.life),
      config: new IdempotencyConfig({
        eventKeyJmesPath: 'batchId',
        expiresAfterSeconds: EXPIRES_AFTER_S,
        lambdaContext,
      }),
    })
    await record(batch, await submitOnce(batch), deps)
  }

  return { invoke, poll: followPlainly, bury }
}
