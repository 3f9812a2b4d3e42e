import type { Batch } from '../../lib/domain/batch.ts'
import { dispatch, RESEND_MS, RETRY_SEND_MS } from '../../lib/flow/dispatch.ts'
import { mapEach } from '../../lib/flow/map-each.ts'
import { tendOperation } from '../../lib/flow/tend-operation.ts'
import { writeParts } from '../../lib/flow/write-parts.ts'
import {
  CALLS_AT_ONCE,
  failed,
  type InState,
  itself,
  itsIds,
  itsOperation,
  keep,
  keepOperation,
  leave,
  type Pass,
} from './pass.ts'
import type { Planned } from './schedule.ts'

/** Writes the batches that split ones became. */
export const takeApart = async (split: readonly InState<'SPLIT'>[], pass: Pass): Promise<void> => {
  const { ledger, schedule, clock } = pass
  const work = async (batch: Batch): Promise<void> => {
    const parts = await writeParts(batch, ledger)
    schedule.forget(batch)
    // Written before, they may have moved on: they are read anew.
    for (const { dueAt = clock.now(), ...part } of parts) leave({ ...part, dueAt }, dueAt, pass)
  }
  await mapEach(split, CALLS_AT_ONCE, work, failed(pass, 'a batch could not be taken apart'), itself)
}

/** Looks after operations: what was planned and never sent, and their ends. */
export const tend = async (operations: readonly Planned[], pass: Pass): Promise<void> => {
  const work = async (open: Planned): Promise<void> => {
    const operation = await tendOperation(open.operationId, pass)
    if (operation === undefined) pass.schedule.forget(open)
    else keepOperation(operation, pass)
  }
  await mapEach(operations, CALLS_AT_ONCE, work, failed(pass, 'an operation could not be tended'), itsIds)
}

/** Sends messages for batches that wait. That they were sent is only remembered: sent once more, they do no harm. */
export const send = async (waiting: readonly InState<'QUEUED'>[], pass: Pass): Promise<void> => {
  const { ledger, clock, pace } = pass
  const sendAll = async ([operationId, its]: [string, InState<'QUEUED'>[]]): Promise<void> => {
    const operation = await ledger.operation(operationId)
    if (operation === undefined) return
    const { ended, notTaken } = await dispatch(operation, its, pass)
    const now = clock.now()
    for (const batch of its) leave(batch, now + pace(notTaken.has(batch.batchId) ? RETRY_SEND_MS : RESEND_MS), pass)
    for (const batch of ended) keep(batch, pass)
  }
  const byOperation = Map.groupBy(waiting, ({ operationId }) => operationId)
  await mapEach([...byOperation], CALLS_AT_ONCE, sendAll, failed(pass, 'batches could not be sent'), ([operationId]) =>
    itsOperation(operationId),
  )
}
