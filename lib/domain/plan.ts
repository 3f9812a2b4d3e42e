import type { Batch, BatchIdentity } from './batch.ts'
import { canonicalJson, fingerprint } from './fingerprint.ts'
import type { Manifest } from './manifest.ts'
import { InvalidRequest } from './problem.ts'
import { batchSizeOf, type OperationRequest } from './request.ts'
import type { Target } from './work.ts'

/** How a request will be carried out. */
export type Plan = {
  /** Hash of the request: equal for requests that are the same after parsing. */
  requestHash: string
  /** Hash of the request and of how it is cut into batches. */
  hash: string
  /** Nodes per batch. Cut in the order of the ids, so that equal requests make equal batches. */
  batches: readonly (readonly string[])[]
  /** How long it takes when nothing else is going on, ms: the provider's rate limit and the usual job. */
  etaMs: number
}

/** More batches than this cannot be written within one call of the API. */
export const MAX_BATCHES = 5_000

/**
 * Cuts a request into batches, all of one wave.
 *
 * @throws InvalidRequest when that makes more than 5,000 batches
 */
export const plan = (request: OperationRequest, manifest: Manifest): Plan => {
  const action = manifest.actions[request.action]
  if (action === undefined) throw new RangeError(`${manifest.id} does not offer ${request.action}`)
  const size = batchSizeOf(request.rollout, action)
  const count = Math.ceil(request.nodeIds.length / size)
  if (count > MAX_BATCHES) {
    const message = `makes ${count} batches of ${size}; an operation has ${MAX_BATCHES} at most`
    throw new InvalidRequest([{ path: 'rollout.batchSize', message }])
  }
  const { nodeIds, ...rest } = request
  const sorted = nodeIds.toSorted()
  const batches = Array.from({ length: count }, (_, i) => sorted.slice(i * size, (i + 1) * size))
  const requestHash = fingerprint(canonicalJson({ ...rest, target: sameTarget(rest.target) }), sorted.join(' '))
  const rate = manifest.rateLimits.find((limit) => limit.unit === 'nodes')
  const windows = rate === undefined ? 0 : Math.ceil(request.nodeIds.length / rate.limit) - 1
  return {
    requestHash,
    hash: fingerprint(requestHash, String(size)),
    batches,
    etaMs: windows * (rate?.windowMs ?? 0) + action.timing.expectedMs,
  }
}

/** No account and the account `default` are the same credentials, so they are the same request. */
const sameTarget = ({ account, ...target }: Target): Target =>
  account === undefined || account === 'default' ? target : { ...target, account }

/** The planned batches of an operation. Made from the plan alone: whoever makes them again makes the same ones. */
export const plannedBatches = (
  operationId: string,
  request: OperationRequest,
  batches: Plan['batches'],
  createdAt: number,
): { batch: Batch; nodeIds: readonly string[] }[] =>
  batches.map((nodeIds, i) => {
    const { provider, action, target, options } = request
    const identity: BatchIdentity = {
      provider,
      action,
      target,
      options,
      operationId,
      batchId: `${operationId}.${String(i + 1).padStart(4, '0')}`,
      wave: 1,
      nodes: nodeIds.length,
      createdAt,
      notAfter: request.notAfter === null ? null : Date.parse(request.notAfter),
      version: 0,
      sequence: 0,
      published: 0,
      attempt: 0,
      firstTriedAt: null,
      whenHeld: request.rollout.whenHeld,
    }
    return { batch: { ...identity, state: 'PLANNED' }, nodeIds }
  })
