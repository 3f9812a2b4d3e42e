import type { Batch } from '../../lib/domain/batch.ts'
import { cancel, claim, postpone, skipLate } from '../../lib/domain/claim.ts'
import { type Held, held } from '../../lib/domain/hold.ts'
import type { Log } from '../../lib/domain/log.ts'
import type { Metrics } from '../../lib/domain/metrics.ts'
import type { BatchMessage, Clock, Ledger } from '../../lib/domain/ports.ts'
import type { Submission } from '../../lib/domain/submission.ts'
import { submitted } from '../../lib/domain/submitted.ts'
import { type Clouds, rulesOf } from '../../lib/flow/clouds.ts'
import { holdNodes } from '../../lib/flow/hold-nodes.ts'
import { RATE_LIMIT, refundTokens, settleTokens, takeTokens, withdrawTickets } from '../../lib/flow/rate-limit.ts'
import { reconcile } from '../../lib/flow/reconcile.ts'
import { withLogIds } from '../../lib/lambda/log-ids.ts'

export type InvokeDeps = {
  ledger: Ledger
  clouds: Clouds
  clock: Clock
  log: Log
  metrics: Metrics
  /** The longest that a call to a provider can take, ms. */
  callMs: number
}

/** What a worker may need besides its call until the claim must be taken for lost, as a share of the call. */
const LEASE_SHARE = 1.5
const LIMIT_WAIT_MS = 60_000

const NONE: ReadonlyMap<string, Held> = new Map()

/** Our own count said no: that is a wait, and not a try. */
const isOurOwnLimit = (submission: Submission): submission is Extract<Submission, { kind: 'not-sent' }> =>
  submission.kind === 'not-sent' && submission.code === RATE_LIMIT

/**
 * Submits one batch: claim it, call its provider once, record what the answer means. Any number of messages for one batch
 * lead to one call; a worker that dies in between leaves a claim that the poller resolves.
 */
export const invoke = async ({ operationId, batchId }: BatchMessage, deps: InvokeDeps): Promise<void> => {
  const batch = await deps.ledger.batch(operationId, batchId)
  if (batch !== undefined) await withLogIds(batch, () => work(batch, deps))
  else deps.log.warn('message for a batch that is not in the ledger', { operationId, batchId })
}

const work = async (batch: Batch, deps: InvokeDeps): Promise<void> => {
  const { ledger, clouds, clock, log, metrics, callMs } = deps
  const { rules, manifest } = rulesOf(clouds, batch)
  const claimedAt = clock.now()
  const decision = claim(batch, claimedAt, callMs * LEASE_SHARE, rules)
  if (decision.kind === 'leave') return
  if (decision.kind === 'end') {
    await ledger.saveBatch(decision.batch)
    return
  }

  if (batch.firstTriedAt !== null && (await isCancelled(batch, deps))) return

  const tokens = await takeTokens(batch, manifest, { ledger, clock, callMs: callMs * LEASE_SHARE })
  if (tokens.kind === 'wait') {
    const { notAfter } = batch
    if (notAfter === null || tokens.at <= notAfter) {
      await ledger.saveBatch(postpone(batch, tokens.at, clock.now(), RATE_LIMIT, tokens.reason))
    } else if (await ledger.saveBatch(skipLate(batch, notAfter, clock.now()))) {
      // Its turn would come too late: it must not hold up those behind it either.
      await withdrawTickets(batch, manifest, batch.batchId, { ledger, clock })
    }
    return
  }
  const nodeIds = await ledger.nodeIds(batch.operationId, batch.batchId)
  // A batch that was claimed before has held its nodes since. Should this worker die, its call counts as made from `claimedAt` on: by
  // then the traces of those who held the nodes before must have been old enough, however long it takes to get here.
  const holders = batch.attempt === 0 ? await holdNodes(batch, nodeIds, claimedAt, deps) : NONE
  if (holders.size > 0) {
    log.info('nodes are held by other operations', { nodes: holders.size })
    const next = held(batch, nodeIds, holders, clock.now(), rules)
    // Lost to another worker, the tokens are for the call that it makes.
    if (await ledger.saveBatch(next)) await refundTokens(batch, manifest, { ledger, clock })
    return
  }
  if (!(await ledger.saveBatch(decision.batch))) return

  const sentAt = clock.now()
  const submission = await submit(decision.batch, nodeIds, deps)
  const now = clock.now()
  const next = isOurOwnLimit(submission)
    ? postpone(decision.batch, now + rules.pace(LIMIT_WAIT_MS), now, submission.code, submission.reason)
    : submitted(decision.batch, submission, sentAt, now, rules)
  // Said first: should the ledger be down, this is all that is left of the answer.
  log.info('batch submitted', { answer: submission.kind, state: next.state })
  const isOurs = await ledger.saveBatch(next)
  // The poller took the claim for lost, and finds out by itself what came of the call.
  if (!isOurs) log.warn('answer came too late', { answer: submission.kind })
  const isUnknown = isOurs && next.state === 'OUTCOME_UNKNOWN'
  if (isUnknown) metrics.count('OutcomeUnknown', 1, batch.provider)
  // A call whose answer was lost may be on its way to the provider for as long as its traces are waited for.
  const countedAt = next.state === 'OUTCOME_UNKNOWN' ? next.settledAt + rules.timing.graceMs : now
  await settleTokens(batch, manifest, countedAt, { ledger, clock, callMs: callMs * LEASE_SHARE })
  // A trace may pass soon: look for it at once, and not only when the poller comes round.
  if (isUnknown) await reconcile(next, deps)
}

/** Of a cancelled operation nothing is tried again: one that was in flight when it was cancelled may come back to wait. */
const isCancelled = async (batch: Batch, { ledger, clock }: InvokeDeps): Promise<boolean> => {
  const operation = await ledger.operation(batch.operationId)
  if (operation === undefined || operation.cancelledAt === null) return false
  const cancelled = cancel(batch, clock.now())
  if (cancelled !== undefined) await ledger.saveBatch(cancelled)
  return true
}

const submit = async (
  batch: Batch,
  nodeIds: readonly string[],
  { clouds, clock, callMs, log }: InvokeDeps,
): Promise<Submission> => {
  const { provider } = rulesOf(clouds, batch)
  const claimedAt = batch.state === 'SUBMITTING' ? batch.claimedAt : clock.now()
  let api
  try {
    api = await clouds.api(batch)
  } catch (error) {
    log.error('no credentials for a batch', { error })
    return {
      kind: 'not-sent',
      code: 'CredentialsUnavailable',
      reason: error instanceof Error ? error.message : 'no credentials',
    }
  }
  // A worker that was held up so long must not send: by the time it does, others may take its claim for lost.
  if (clock.now() - claimedAt > callMs * (LEASE_SHARE - 1) * 0.8) {
    return { kind: 'not-sent', code: 'Late', reason: 'the worker was held up before it could send' }
  }
  try {
    return await provider.submit(batch, nodeIds, api)
  } catch (error) {
    log.error('a provider adapter threw', { error })
    return { kind: 'ambiguous', code: 'AdapterFailed', reason: 'the adapter failed while it submitted' }
  }
}
