import * as z from 'zod'
import { type Action, actions } from './action.ts'
import { checkNodeIds } from './check-node-ids.ts'
import { checkOptions } from './check-options.ts'
import { checkTarget } from './check-target.ts'
import type { ActionManifest, Manifest } from './manifest.ts'
import { InvalidRequest, type Problem, TooLarge } from './problem.ts'
import { collectProblems, zodProblems } from './problems.ts'
import { MAX_BATCH_SIZE, MAX_NODES, type OperationRequest, WHEN_HELD } from './request.ts'

const CONTROL = /\p{Cc}/u

/** The shape that every provider's request has. What the provider's manifest says about it comes after. */
const Envelope = z.strictObject({
  provider: z.string(),
  action: z.enum(actions),
  target: z.record(z.string(), z.unknown()),
  nodeIds: z.array(z.unknown()).min(1, 'needs at least one id'),
  options: z.record(z.string(), z.unknown()).default({}),
  rollout: z
    .strictObject({
      batchSize: z.int().min(1).max(MAX_BATCH_SIZE).default(MAX_BATCH_SIZE),
      waves: z.literal('all').default('all'),
      whenHeld: z.enum(WHEN_HELD).default('skip'),
    })
    .prefault({}),
  reason: z
    .string()
    .max(500)
    .refine((text) => !CONTROL.test(text), 'must not have control characters')
    .refine((text) => text.isWellFormed(), 'must be well-formed Unicode')
    .nullish(),
  notAfter: z.iso
    .datetime({ offset: true, error: 'must be an ISO 8601 time with a zone, like 2026-12-01T02:00:00Z' })
    .nullish(),
})

const asRecord = (value: unknown): Record<string, unknown> | undefined =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : undefined

/**
 * Parses a request against its provider's manifest.
 *
 * @throws InvalidRequest with every problem of the request, each with its path
 * @throws TooLarge for more than 100,000 different ids
 */
export const parseRequest = (input: unknown, findManifest: (id: string) => Manifest | undefined): OperationRequest => {
  const body = asRecord(input)
  if (body === undefined) throw new InvalidRequest([{ path: '', message: 'must be a JSON object' }])

  const problems = collectProblems()
  const envelope = Envelope.safeParse(body)
  if (!envelope.success) for (const problem of zodProblems(envelope.error)) problems.add(problem)

  const manifest = typeof body['provider'] === 'string' ? findManifest(body['provider']) : undefined
  if (manifest === undefined && typeof body['provider'] === 'string') {
    problems.add({ path: 'provider', message: 'is not a provider of this installation; see GET /v1/providers' })
  }
  const action = actions.find((name) => name === body['action'])
  const offered = manifest !== undefined && action !== undefined ? manifest.actions[action] : undefined
  if (manifest !== undefined && action !== undefined && offered === undefined) {
    problems.add(notOffered(manifest, action))
  }

  // Without a manifest nothing more can be said of the parts, but what is left is still looked at for its own shape.
  const shape = offered ?? (manifest && sharedShape(manifest))
  const target = shape && checkTarget(asRecord(body['target']), shape, problems)
  const options = offered && checkOptions(asRecord(body['options']) ?? {}, offered, problems)
  const nodeIds = checkNodeIds(Array.isArray(body['nodeIds']) ? body['nodeIds'] : [], shape?.nodeId, problems)
  if (nodeIds.length > MAX_NODES) throw new TooLarge(`${nodeIds.length} ids; a request takes ${MAX_NODES} at most`)

  if (problems.total() > 0 || !envelope.success || !target || !options || !action) throw problems.asError()
  const { provider, rollout, reason, notAfter } = envelope.data
  return { provider, action, target, options, nodeIds, rollout, reason: reason ?? null, notAfter: asInstant(notAfter) }
}

const asInstant = (time: string | null | undefined): string | null =>
  time === null || time === undefined ? null : new Date(time).toISOString()

/** What all actions of a provider ask of target and ids, when it is the same: then it holds for an unknown action too. */
const sharedShape = ({ actions: offered }: Manifest): ActionManifest | undefined => {
  const [first, ...others] = Object.values(offered)
  const shapeOf = ({ target, nodeId }: ActionManifest) => JSON.stringify([target, nodeId])
  return first !== undefined && others.every((other) => shapeOf(other) === shapeOf(first)) ? first : undefined
}

const notOffered = (manifest: Manifest, action: Action): Problem => {
  const why = manifest.unsupported?.[action]
  const offers = Object.keys(manifest.actions).join(', ')
  return {
    path: 'action',
    message: `${manifest.id} does not offer ${action}${why ? `: ${why}` : ''}; it offers ${offers}`,
  }
}
