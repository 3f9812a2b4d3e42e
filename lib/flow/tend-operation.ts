import type { Batch } from '../domain/batch.ts'
import { operationsEnded } from '../domain/metrics.ts'
import { settled } from '../domain/operation.ts'
import type { DispatchDeps } from './dispatch.ts'
import { dispatch } from './dispatch.ts'
import { publishOperation, type PublishDeps } from './publish.ts'

/** An open operation is looked at this often even when nothing is heard of its batches. */
const LOOK_MS = 60_000
const TRIES = 3

/**
 * Looks at an operation and all its batches: sends what was planned and never sent, ends it when every batch has ended,
 * and publishes what it has become.
 */
export const tendOperation = async (
  operationId: string,
  deps: DispatchDeps & PublishDeps,
  tries = TRIES,
): Promise<void> => {
  const { ledger, clock, pace, metrics } = deps
  const operation = await ledger.operation(operationId)
  if (operation === undefined || operation.status === 'PLANNING') return
  if (operation.status !== 'RUNNING') {
    // One that ended while we looked is published by whoever ended it, or when it is due.
    if (tries === TRIES) await publishOperation(operation, deps)
    return
  }
  const batches = await ledger.batches(operationId)
  const planned = batches.filter((batch: Batch) => batch.state === 'PLANNED')
  if (planned.length > 0) await dispatch(operation, planned, deps)
  const now = clock.now()
  const next = settled(operation, batches, now, now + pace(LOOK_MS))
  if (await ledger.saveOperation(next)) {
    if (next.status !== 'PLANNING' && next.status !== 'RUNNING')
      metrics.count(operationsEnded[next.status], 1, next.provider)
    await publishOperation(next, deps)
    return
  }
  // Somebody else wrote at this moment, perhaps with fewer batches ended than there are now.
  if (tries > 1) await tendOperation(operationId, deps, tries - 1)
}
