import { bury } from '../../../functions/dead-letter/bury.ts'
import type { Batch } from '../../../lib/domain/batch.ts'
import type { BatchMessage } from '../../../lib/domain/ports.ts'
import type { Submission } from '../../../lib/domain/submission.ts'
import { submitted } from '../../../lib/domain/submitted.ts'
import { rulesOf } from '../../../lib/flow/clouds.ts'
import type { Deps, Functions } from '../functions.ts'
import { followPlainly } from './follow-plainly.ts'

/** The provider took it, or refused it for good: an answer that leaves something to record. */
export type Answered = { submission: Submission; sentAt: number }

/** Calls the provider; throws for every answer that is not one, so that the queue delivers again. */
export const submitOrThrow = async (batch: Batch, { ledger, clouds, clock }: Deps): Promise<Answered> => {
  const nodeIds = await ledger.nodeIds(batch.operationId, batch.batchId)
  const api = await clouds.api(batch)
  const sentAt = clock.now()
  const submission = await rulesOf(clouds, batch).provider.submit(batch, nodeIds, api)
  const { kind } = submission
  if (kind === 'throttled' || kind === 'not-sent' || kind === 'ambiguous')
    throw new Error(`${kind}: ${submission.code}`)
  return { submission, sentAt }
}

/** Once it is recorded, the poller follows it. */
export const record = async (batch: Batch, { submission, sentAt }: Answered, deps: Deps): Promise<void> => {
  const { ledger, clouds, clock } = deps
  await ledger.saveBatch(submitted(batch, submission, sentAt, clock.now(), rulesOf(clouds, batch).rules))
}

/** SQS and retry: a message is worked on until its call was answered; what is recorded already is not called again. */
const invoke = async ({ operationId, batchId }: BatchMessage, deps: Deps): Promise<void> => {
  const batch = await deps.ledger.batch(operationId, batchId)
  if (batch?.state !== 'QUEUED') return
  await record(batch, await submitOrThrow(batch, deps), deps)
}

export const naive: Functions = { invoke, poll: followPlainly, bury }
