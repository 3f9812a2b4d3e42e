import { randomUUID } from 'node:crypto'
import type { Batch } from '../domain/batch.ts'
import { type Asked, begun, draftOf } from '../domain/draft.ts'
import { fingerprint } from '../domain/fingerprint.ts'
import type { Log } from '../domain/log.ts'
import { accepted, type Operation } from '../domain/operation.ts'
import { type Plan, plannedBatches } from '../domain/plan.ts'
import type { OperationRequest } from '../domain/request.ts'
import { withLogIds } from '../lambda/log-ids.ts'
import type { Clouds } from './clouds.ts'
import { dispatch, type DispatchDeps, RESEND_MS, RETRY_SEND_MS } from './dispatch.ts'
import { keepDraft, samePlan, sameRequest, writeBatches } from './drafts.ts'
import { permitted } from './permitted.ts'
import { publishOperation, type PublishDeps } from './publish.ts'

export type AcceptDeps = DispatchDeps & PublishDeps & { clouds: Clouds; log: Log }

/** After this, whoever accepted an operation is taken to have died before it was dispatched. */
const SENT_BY_MS = 10_000

/**
 * Makes an operation of a planned request: written whole before anything is sent, accepted in one conditional write, then
 * dispatched. Of any number of equal requests with one key, one makes it and the others find it; a crash on the way is
 * made good by the next of them, or leaves nothing that anybody acts on.
 *
 * @returns the operation, and whether this call made it
 * @throws Conflict when the key was used for another request
 * @throws InvalidRequest, Refused, Unavailable when the request cannot be carried out now
 */
export const accept = async (
  request: OperationRequest,
  plan: Plan,
  asked: Asked,
  deps: AcceptDeps,
): Promise<Accepted> => {
  const operationId = idFor(asked)
  const { provider } = request
  return withLogIds({ operationId, provider }, () => make(operationId, request, plan, asked, deps))
}

type Accepted = { operation: Operation; created: boolean }

const make = async (
  operationId: string,
  request: OperationRequest,
  plan: Plan,
  asked: Asked,
  deps: AcceptDeps,
): Promise<Accepted> => {
  const { ledger, clock, pace, metrics } = deps
  const known = asked.idempotencyKey === null ? undefined : await ledger.operation(operationId)
  if (known !== undefined) {
    sameRequest(known, plan)
    if (known.status !== 'PLANNING') return { operation: known, created: false }
  }
  await permitted(request, deps)

  const found = known ?? (await keepDraft(draftOf(operationId, request, plan, asked, clock.now()), plan, ledger))
  // Somebody else made it meanwhile, and may be far ahead.
  if (found.status !== 'PLANNING') return { operation: found, created: false }
  samePlan(found, plan)
  const draft = begun(found, clock.now())

  const planned = plannedBatches(operationId, request, plan.batches, draft.createdAt)
  await writeBatches(planned, draft.createdAt > found.createdAt, ledger)
  const operation = accepted(draft, clock.now() + pace(SENT_BY_MS))
  if (!(await ledger.saveOperation(operation))) {
    return { operation: (await ledger.operation(operationId)) ?? operation, created: false }
  }
  metrics.count('OperationsAccepted', 1, request.provider)
  const batches = planned.map(({ batch }) => batch)
  await carryOut(operation, batches, deps)
  return { operation, created: true }
}

/** The ledger says by now what is to be done: what fails here, the poller makes up for. */
const carryOut = async (operation: Operation, batches: readonly Batch[], deps: AcceptDeps): Promise<void> => {
  const { clock, pace, log } = deps
  try {
    const { notTaken } = await dispatch(operation, batches, deps)
    const dueAt = clock.now() + pace(notTaken.size > 0 ? RETRY_SEND_MS : RESEND_MS)
    await publishOperation({ ...operation, dueAt }, deps)
  } catch (error) {
    log.warn('operation accepted but not wholly dispatched', { error })
  }
}

const idFor = ({ idempotencyKey }: Asked): string =>
  `op-${idempotencyKey === null ? randomUUID().replaceAll('-', '') : fingerprint('key', idempotencyKey).slice(0, 32)}`
