import { type Batch, isEnded } from '../../lib/domain/batch.ts'
import { leaseLost } from '../../lib/domain/submitted.ts'
import { rulesOf } from '../../lib/flow/clouds.ts'
import { follow } from '../../lib/flow/follow.ts'
import { mapEach } from '../../lib/flow/map-each.ts'
import { markPublished, publishBatches } from '../../lib/flow/publish.ts'
import { reconcile } from '../../lib/flow/reconcile.ts'
import { CALLS_AT_ONCE, type Ended, failed, inState, type InState, itself, keep, type Pass } from './pass.ts'

/** Looks at running jobs; answers the batches that ended. That a job has begun is published after the first look at it. */
export const look = async (running: readonly InState<'RUNNING'>[], pass: Pass): Promise<Ended[]> => {
  const looked = await follow(running, pass, pass.mayLook)
  const going = looked.flatMap(({ batch, ...rest }) => (isEnded(batch) ? [] : [{ batch, ...rest }]))
  for (const { batch, at } of looked) keep(batch, pass, at)

  const taken = await publishBatches(
    going.map(({ batch }) => batch),
    pass,
  )
  const mark = async ({ batch, at, written }: (typeof going)[number]): Promise<void> => {
    if (!taken.has(batch) || batch.published >= batch.sequence) return
    // Where the next look is soon, that it was published is written with what that look shows.
    const marked = written ? await markPublished(batch, pass) : { ...batch, published: batch.sequence }
    if (marked !== undefined) keep(marked, pass, at)
  }
  await mapEach(
    going,
    CALLS_AT_ONCE,
    mark,
    failed(pass, 'a batch could not be marked as published'),
    ({ batch }) => batch,
  )
  return looked.map(({ batch }) => batch).filter(isEnded)
}

/** Looks into lost answers and lost workers; answers the batches that ended. */
export const resolve = async (batches: readonly Batch[], pass: Pass): Promise<Ended[]> => {
  const { ledger, clouds, clock, log, metrics, mayLook } = pass
  const lost = failed(pass, 'a lost answer could not be looked into')
  const abandon = async (batch: InState<'SUBMITTING'>): Promise<Batch[]> => {
    const next = leaseLost(batch, clock.now(), rulesOf(clouds, batch).rules)
    if (!(await ledger.saveBatch(next))) return []
    log.warn('worker lost')
    metrics.count('OutcomeUnknown', 1, batch.provider)
    return [next]
  }
  const abandoned = await mapEach(inState(batches, 'SUBMITTING'), CALLS_AT_ONCE, abandon, lost, itself)
  const unknown = [...inState(batches, 'OUTCOME_UNKNOWN'), ...abandoned.flat()]
  const lookInto = async (batch: Batch) => (mayLook() ? reconcile(batch, pass) : undefined)
  const resolved = await mapEach(unknown, CALLS_AT_ONCE, lookInto, lost, itself)
  const known = resolved.filter((batch) => batch !== undefined)
  for (const batch of known) keep(batch, pass)
  return known.filter(isEnded)
}
