import { type Batch, isEnded } from '../../lib/domain/batch.ts'
import type { Log } from '../../lib/domain/log.ts'
import type { Metrics } from '../../lib/domain/metrics.ts'
import type { Operation } from '../../lib/domain/operation.ts'
import type { Bus, Open } from '../../lib/domain/ports.ts'
import { leaseLost } from '../../lib/domain/submitted.ts'
import { type Clouds, rulesOf } from '../../lib/flow/clouds.ts'
import { dispatch, type DispatchDeps, RESEND_MS, RETRY_SEND_MS } from '../../lib/flow/dispatch.ts'
import { follow } from '../../lib/flow/follow.ts'
import { mapEach } from '../../lib/flow/map-limit.ts'
import { markPublished, publishBatches, RETRY_PUBLISH_MS } from '../../lib/flow/publish.ts'
import { reconcile } from '../../lib/flow/reconcile.ts'
import { closeOperation, tendOperation } from '../../lib/flow/tend-operation.ts'
import { writeParts } from '../../lib/flow/write-parts.ts'
import type { LogIds } from '../../lib/lambda/log-ids.ts'
import type { Planned, Schedule } from './schedule.ts'

export type PollDeps = DispatchDeps & { bus: Bus; clouds: Clouds; log: Log; metrics: Metrics }

type Pass = PollDeps & { schedule: Schedule; mayLook: () => boolean }
type State<S extends Batch['state']> = Extract<Batch, { state: S }>
type Ended = Extract<Batch, { endedAt: number }>

const CALLS_AT_ONCE = 8
/** What could not be worked on is left alone for so long: it must not keep the poller running in circles. */
const STUCK_MS = 1_000

/**
 * One pass over what is due: jobs are looked at, lost answers resolved, what was never sent is sent, ended batches are
 * published, and operations closed. Everything follows from the ledger, so whatever crashed half way is finished here.
 *
 * @param mayLook whether there is time to begin a look at a cloud; what is not looked at stays due
 */
export const pollOnce = async (
  due: readonly Planned[],
  schedule: Schedule,
  deps: PollDeps,
  mayLook: () => boolean = () => true,
): Promise<void> => {
  const pass: Pass = { ...deps, schedule, mayLook }
  const retryAt = deps.clock.now() + deps.pace(STUCK_MS)
  for (const one of due) schedule.plan(one, retryAt)

  const batches = await rowsOf(due, pass)
  // First what needs no cloud: a slow one must not keep from anybody what is known.
  await finish(batches.filter(isEnded), pass)
  await takeApart(inState(batches, 'SPLIT'), pass)
  await tend(
    due.filter(({ batchId }) => batchId === null),
    pass,
  )

  const [ended] = await Promise.all([
    look(inState(batches, 'RUNNING'), pass),
    send(inState(batches, 'QUEUED'), pass),
    resolve(batches, pass),
  ])
  await finish(ended, pass)
}

const itself = (batch: Batch): LogIds => batch
const itsOperation = (operationId: string): LogIds => ({ operationId })
const itsIds = ({ operationId, batchId, provider }: Open): LogIds => ({
  operationId,
  batchId: batchId ?? undefined,
  provider,
})

const inState = <S extends Batch['state']>(batches: readonly Batch[], state: S): State<S>[] =>
  batches.filter((batch): batch is State<S> => batch.state === state)

const failed =
  ({ log }: Pass, message: string) =>
  (error: unknown): void =>
    log.error(message, { error })

/** The batch as the ledger has it is looked at when it is due, or at `at`, and not read again before. */
const keep = (batch: Batch, { schedule }: Pass, at = batch.dueAt): void => {
  const { provider, operationId, batchId, dueAt } = batch
  if (dueAt === undefined || at === undefined) schedule.forget(batch)
  else schedule.plan({ provider, operationId, batchId, dueAt }, at, batch)
}

/** Somebody else may write the batch: it is read anew at `at`. */
const leave = ({ provider, operationId, batchId, dueAt }: Open, at: number, { schedule }: Pass): void =>
  schedule.plan({ provider, operationId, batchId, dueAt }, at)

const keepOperation = ({ provider, operationId, dueAt }: Operation, { schedule, clock, pace }: Pass): void => {
  const open = { provider, operationId, batchId: null }
  if (dueAt === undefined) schedule.forget(open)
  else schedule.plan({ ...open, dueAt }, Math.max(dueAt, clock.now() + pace(STUCK_MS)))
}

/** The batches whose time has really come. */
const rowsOf = async (due: readonly Planned[], pass: Pass): Promise<Batch[]> => {
  const now = pass.clock.now()
  const row = async ({ operationId, batchId, batch: known }: Planned): Promise<Batch[]> => {
    if (batchId === null) return []
    const batch = known ?? (await pass.ledger.batch(operationId, batchId))
    if (batch?.dueAt === undefined) pass.schedule.forget({ operationId, batchId })
    else if (Math.ceil(batch.dueAt) > now) keep(batch, pass)
    // A worker has it; when that is over, it is read anew.
    else if (batch.state === 'SUBMITTING' && batch.lostAt > now) leave(batch, batch.lostAt, pass)
    else return [batch]
    return []
  }
  return (await mapEach(due, CALLS_AT_ONCE, row, failed(pass, 'a batch could not be read'), itsIds)).flat()
}

/**
 * Ended batches are published, then their operations closed, and only then does nothing ask for them any more: whatever
 * crashes in between is done again from the batch.
 */
const finish = async (ended: readonly Ended[], pass: Pass): Promise<void> => {
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

const takeApart = async (split: readonly State<'SPLIT'>[], pass: Pass): Promise<void> => {
  const { ledger, schedule, clock } = pass
  const work = async (batch: Batch): Promise<void> => {
    const parts = await writeParts(batch, ledger)
    schedule.forget(batch)
    // Written before, they may have moved on: they are read anew.
    for (const { dueAt = clock.now(), ...part } of parts) leave({ ...part, dueAt }, dueAt, pass)
  }
  await mapEach(split, CALLS_AT_ONCE, work, failed(pass, 'a batch could not be taken apart'), itself)
}

const tend = async (operations: readonly Planned[], pass: Pass): Promise<void> => {
  const work = async (open: Planned): Promise<void> => {
    const operation = await tendOperation(open.operationId, pass)
    if (operation === undefined) pass.schedule.forget(open)
    else keepOperation(operation, pass)
  }
  await mapEach(operations, CALLS_AT_ONCE, work, failed(pass, 'an operation could not be tended'), itsIds)
}

/** Looks at running jobs; answers the batches that ended. That a job has begun is published after the first look at it. */
const look = async (running: readonly State<'RUNNING'>[], pass: Pass): Promise<Ended[]> => {
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
const resolve = async (batches: readonly Batch[], pass: Pass): Promise<Ended[]> => {
  const { ledger, clouds, clock, log, metrics, mayLook } = pass
  const lost = failed(pass, 'a lost answer could not be looked into')
  const abandon = async (batch: State<'SUBMITTING'>): Promise<Batch[]> => {
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

/** Sends messages for batches that wait. That they were sent is only remembered: sent once more, they do no harm. */
const send = async (waiting: readonly State<'QUEUED'>[], pass: Pass): Promise<void> => {
  const { ledger, clock, pace } = pass
  const sendAll = async ([operationId, its]: [string, State<'QUEUED'>[]]): Promise<void> => {
    const operation = await ledger.operation(operationId)
    if (operation === undefined) return
    const { ended, notTaken } = await dispatch(operation, its, pass)
    const now = clock.now()
    for (const batch of its) leave(batch, now + pace(notTaken.has(batch.batchId) ? RETRY_SEND_MS : RESEND_MS), pass)
    for (const batch of ended) keep(batch, pass)
  }
  const byOperation = Map.groupBy(waiting, ({ operationId }) => operationId)
  await mapEach(
    [...byOperation],
    CALLS_AT_ONCE,
    sendAll,
    failed(pass, 'batches could not be sent'),
    ([operationId]) => ({ operationId }),
  )
}
