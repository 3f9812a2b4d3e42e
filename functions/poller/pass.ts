import type { Batch } from '../../lib/domain/batch.ts'
import type { Log } from '../../lib/domain/log.ts'
import type { Metrics } from '../../lib/domain/metrics.ts'
import type { Operation } from '../../lib/domain/operation.ts'
import type { Bus, Open } from '../../lib/domain/ports.ts'
import type { Clouds } from '../../lib/flow/clouds.ts'
import type { DispatchDeps } from '../../lib/flow/dispatch.ts'
import type { LogIds } from '../../lib/lambda/log-ids.ts'
import type { Schedule } from './schedule.ts'

export type PollDeps = DispatchDeps & { bus: Bus; clouds: Clouds; log: Log; metrics: Metrics }

/** What one pass works with. `mayLook`: whether there is time to begin a look at a cloud. */
export type Pass = PollDeps & { schedule: Schedule; mayLook: () => boolean }

export type InState<S extends Batch['state']> = Extract<Batch, { state: S }>
export type Ended = Extract<Batch, { endedAt: number }>

export const CALLS_AT_ONCE = 8
/** What could not be worked on is left alone for so long at first: it must not keep the poller running in circles. */
export const STUCK_MS = 1_000

export const itself = (batch: Batch): LogIds => batch
export const itsOperation = (operationId: string): LogIds => ({ operationId })
export const itsIds = ({ operationId, batchId, provider }: Open): LogIds => ({
  operationId,
  batchId: batchId ?? undefined,
  provider,
})

export const inState = <S extends Batch['state']>(batches: readonly Batch[], state: S): InState<S>[] =>
  batches.filter((batch): batch is InState<S> => batch.state === state)

export const failed =
  ({ log, metrics }: Pick<PollDeps, 'log' | 'metrics'>, message: string) =>
  (error: unknown): void => {
    log.error(message, { error })
    metrics.count('WorkFailures', 1)
  }

/** The batch as the ledger has it is looked at when it is due, or at `at`, and not read again before. */
export const keep = (batch: Batch, { schedule }: Pass, at = batch.dueAt): void => {
  const { provider, operationId, batchId, dueAt } = batch
  if (dueAt === undefined || at === undefined) schedule.forget(batch)
  else schedule.plan({ provider, operationId, batchId, dueAt }, at, batch)
}

/** Somebody else may write the batch: it is read anew at `at`. */
export const leave = ({ provider, operationId, batchId, dueAt }: Open, at: number, { schedule }: Pass): void =>
  schedule.plan({ provider, operationId, batchId, dueAt }, at)

export const keepOperation = ({ provider, operationId, dueAt }: Operation, { schedule, clock, pace }: Pass): void => {
  const open = { provider, operationId, batchId: null }
  if (dueAt === undefined) schedule.forget(open)
  else schedule.plan({ ...open, dueAt }, Math.max(dueAt, clock.now() + pace(STUCK_MS)))
}
