import { randomUUID } from 'node:crypto'
import type { Batch } from '../domain/batch.ts'
import { fingerprint } from '../domain/fingerprint.ts'
import type { Log } from '../domain/log.ts'
import { accepted, type Operation, type Trigger } from '../domain/operation.ts'
import { noCounts } from '../domain/outcome.ts'
import { type Plan, plannedBatches } from '../domain/plan.ts'
import type { Ledger } from '../domain/ports.ts'
import { Conflict, InvalidRequest, Refused } from '../domain/problem.ts'
import type { OperationRequest } from '../domain/request.ts'
import { withLogIds } from '../lambda/log-ids.ts'
import { type Clouds, rulesOf } from './clouds.ts'
import { dispatch, type DispatchDeps, RESEND_MS, RETRY_SEND_MS } from './dispatch.ts'
import { mapLimit } from './map-limit.ts'
import { publishOperation, type PublishDeps } from './publish.ts'

/** Who asks for an operation, and how a repetition is known. */
export type Asked = {
  trigger: Trigger
  principal: string | null
  idempotencyKey: string | null
  retryOf: string | null
}

export type AcceptDeps = DispatchDeps & PublishDeps & { clouds: Clouds; log: Log }

const WRITES_AT_ONCE = 24
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
  const { ledger, clock, pace, log, metrics } = deps
  const known = asked.idempotencyKey === null ? undefined : await ledger.operation(operationId)
  if (known !== undefined) {
    sameRequest(known, plan)
    if (known.status !== 'PLANNING') return { operation: known, created: false }
  }
  await permitted(request, deps)

  const found = known ?? (await draft(operationId, request, plan, asked, deps))
  // Somebody else made it meanwhile, and may be far ahead.
  if (found.status !== 'PLANNING') return { operation: found, created: false }
  samePlan(found, plan)
  const drafted = begun(found, clock.now())
  const isAnew = drafted.createdAt > found.createdAt

  const planned = plannedBatches(operationId, request, plan.batches, drafted.createdAt)
  await mapLimit(planned, WRITES_AT_ONCE, async ({ batch, nodeIds }) => {
    await ledger.createBatch(batch, nodeIds)
    if (isAnew) await beginAnew(batch, ledger)
  })
  const operation = accepted(drafted, clock.now() + pace(SENT_BY_MS))
  if (!(await ledger.saveOperation(operation))) {
    return { operation: (await ledger.operation(operationId)) ?? operation, created: false }
  }
  metrics.count('OperationsAccepted', 1, request.provider)

  // From here on the ledger says what is to be done: what fails below, the poller makes up for.
  try {
    const batches = planned.map(({ batch }) => batch)
    const { notTaken } = await dispatch(operation, batches, deps)
    const dueAt = clock.now() + pace(notTaken.size > 0 ? RETRY_SEND_MS : RESEND_MS)
    await publishOperation({ ...operation, dueAt }, deps)
  } catch (error) {
    log.warn('operation accepted but not wholly dispatched', { error })
  }
  return { operation, created: true }
}

const idFor = ({ idempotencyKey }: Asked): string =>
  `op-${idempotencyKey === null ? randomUUID().replaceAll('-', '') : fingerprint('key', idempotencyKey).slice(0, 32)}`

const sameRequest = (known: Operation, plan: Plan): void => {
  if (known.requestHash !== plan.requestHash) {
    throw new Conflict(`the idempotency key was used for another request, which made operation ${known.operationId}`)
  }
}

/** Batches of two plans in one operation would have nodes in common. */
const samePlan = (known: Operation, plan: Plan): void => {
  if (known.planHash !== plan.hash) {
    throw new Conflict('the request was begun under this key and is cut otherwise by now: ask again under another key')
  }
}

/** A draft that was left lying for so long is begun anew when its request comes again: it has waited for nobody. */
const LEFT_MS = 3_600_000

const begun = (drafted: Operation, now: number): Operation =>
  now > drafted.createdAt + LEFT_MS ? { ...drafted, createdAt: now } : drafted

/** A batch that was written with an old draft would count as having waited since, and be given up at once. */
const beginAnew = async (batch: Batch, ledger: Ledger): Promise<void> => {
  const there = await ledger.batch(batch.operationId, batch.batchId)
  if (there?.state !== 'PLANNED' || there.createdAt >= batch.createdAt) return
  // Written at this moment by somebody else, it is young as well.
  await ledger.saveBatch({ ...batch, version: there.version + 1 })
}

/** What cannot be told from the request alone: whether its time has passed, and what the provider's own state forbids. */
export const permitted = async (
  request: OperationRequest,
  { clouds, clock }: Pick<AcceptDeps, 'clouds' | 'clock'>,
): Promise<void> => {
  if (request.notAfter !== null && Date.parse(request.notAfter) <= clock.now()) {
    throw new InvalidRequest([{ path: 'notAfter', message: 'is in the past' }])
  }
  const { provider } = rulesOf(clouds, request)
  if (provider.preflight === undefined) return
  const problems = await provider.preflight(request, request.nodeIds, await clouds.api(request))
  if (problems.length > 0) throw new Refused(`${request.provider} does not allow this ${request.action}`, problems)
}

const draft = async (
  operationId: string,
  request: OperationRequest,
  plan: Plan,
  asked: Asked,
  { ledger, clock }: AcceptDeps,
): Promise<Operation> => {
  const { provider, action, target, options, nodeIds, rollout, reason, notAfter } = request
  const total = nodeIds.length
  const operation: Operation = {
    provider,
    action,
    target,
    options,
    operationId,
    status: 'PLANNING',
    ...asked,
    requestHash: plan.requestHash,
    planHash: plan.hash,
    rollout,
    reason,
    notAfter,
    batches: plan.batches.length,
    counts: { ...noCounts, total, pending: total },
    createdAt: clock.now(),
    endedAt: null,
    cancelledAt: null,
    version: 0,
    sequence: 0,
    published: 0,
  }
  if (await ledger.createOperation(operation)) return operation
  const other = await ledger.operation(operationId)
  if (other === undefined) throw new Error(`operation ${operationId} was created by somebody else and is gone`)
  sameRequest(other, plan)
  return other
}
