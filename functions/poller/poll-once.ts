import { type Batch, isEnded } from '../../lib/domain/batch.ts'
import type { Bus, Due } from '../../lib/domain/ports.ts'
import { leaseLost } from '../../lib/domain/submitted.ts'
import { type Clouds, rulesOf } from '../../lib/flow/clouds.ts'
import { dispatch, type DispatchDeps } from '../../lib/flow/dispatch.ts'
import { follow } from '../../lib/flow/follow.ts'
import type { Log } from '../../lib/domain/log.ts'
import type { Metrics } from '../../lib/domain/metrics.ts'
import { mapEach } from '../../lib/flow/map-limit.ts'
import { publishBatches } from '../../lib/flow/publish.ts'
import { reconcile } from '../../lib/flow/reconcile.ts'
import { tendOperation } from '../../lib/flow/tend-operation.ts'
import { writeParts } from '../../lib/flow/write-parts.ts'

export type PollDeps = DispatchDeps & { bus: Bus; clouds: Clouds; log: Log; metrics: Metrics }

const CALLS_AT_ONCE = 8

type State<S extends Batch['state']> = Extract<Batch, { state: S }>

/**
 * One pass over what is due: jobs are looked at, lost answers resolved, what was never sent is sent, ended batches are
 * published, and operations closed. Everything follows from the ledger, so whatever crashed half way is finished here.
 */
export const pollOnce = async ({ operations, batches }: Due, deps: PollDeps): Promise<void> => {
  const { ledger, log } = deps
  const failed = (error: unknown) => log.error('part of a pass failed', { error })

  // First what needs no cloud: a slow one must not keep from anybody what is known.
  const split = inState(batches, 'SPLIT')
  const ended = batches.filter(isEnded)
  await publishBatches(ended, deps)
  await mapEach(split, CALLS_AT_ONCE, (batch) => writeParts(batch, ledger), failed, itself)
  const touched = new Set([...operations, ...split, ...ended].map(({ operationId }) => operationId))
  await mapEach([...touched], CALLS_AT_ONCE, (operationId) => tendOperation(operationId, deps), failed, itsOperation)

  const [followed, resolved] = await Promise.all([
    follow(inState(batches, 'RUNNING'), deps),
    resolve(batches, deps),
    send(inState(batches, 'QUEUED'), deps),
  ])
  const moved = [...followed, ...resolved]
  await publishBatches(moved, deps)
  const closing = new Set(moved.filter(isEnded).map(({ operationId }) => operationId))
  await mapEach([...closing], CALLS_AT_ONCE, (operationId) => tendOperation(operationId, deps), failed, itsOperation)
}

const itself = (batch: Batch) => batch
const itsOperation = (operationId: string) => ({ operationId })

const inState = <S extends Batch['state']>(batches: readonly Batch[], state: S): State<S>[] =>
  batches.filter((batch): batch is State<S> => batch.state === state)

/** Batches whose answer, or whose worker, was lost. */
const resolve = async (batches: readonly Batch[], deps: PollDeps): Promise<Batch[]> => {
  const { ledger, clouds, clock, log, metrics } = deps
  const failed = (error: unknown) => log.error('a lost answer could not be looked into', { error })
  const abandon = async (batch: State<'SUBMITTING'>): Promise<Batch[]> => {
    const next = leaseLost(batch, clock.now(), rulesOf(clouds, batch).rules)
    log.warn('worker lost')
    if (!(await ledger.saveBatch(next))) return []
    metrics.count('OutcomeUnknown', 1, batch.provider)
    return [next]
  }
  const abandoned = await mapEach(inState(batches, 'SUBMITTING'), CALLS_AT_ONCE, abandon, failed, itself)
  const unknown = [...inState(batches, 'OUTCOME_UNKNOWN'), ...abandoned.flat()]
  const looked = await mapEach(unknown, CALLS_AT_ONCE, (batch) => reconcile(batch, deps), failed, itself)
  return looked.filter((batch) => batch !== undefined)
}

const send = async (batches: readonly Batch[], deps: PollDeps): Promise<void> => {
  const byOperation = Map.groupBy(batches, ({ operationId }) => operationId)
  const failed = (error: unknown) => deps.log.error('batches could not be sent', { error })
  const sendAll = async ([operationId, its]: [string, Batch[]]) => {
    const operation = await deps.ledger.operation(operationId)
    if (operation !== undefined) await dispatch(operation, its, deps)
  }
  await mapEach([...byOperation], CALLS_AT_ONCE, sendAll, failed, ([operationId]) => ({ operationId }))
}
