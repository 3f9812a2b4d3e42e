import type { Batch, BatchIdentity, Ended } from '../../lib/domain/batch.ts'
import type { ActionManifest, Manifest, Timing } from '../../lib/domain/manifest.ts'
import type { Operation } from '../../lib/domain/operation.ts'
import { noCounts, type NodeResult } from '../../lib/domain/outcome.ts'
import type { OperationRequest } from '../../lib/domain/request.ts'
import type { Results } from '../../lib/domain/result.ts'
import type { Rules } from '../../lib/domain/rules.ts'
import type { Work } from '../../lib/domain/work.ts'

/** When the tests' world begins, ms since the epoch. */
export const T0 = Date.parse('2026-01-05T10:00:00.000Z')

/** The `i`-th node id, a UUID; ids rise with `i`. */
export const nodeId = (i: number): string => `00000000-0000-4000-8000-${String(i).padStart(12, '0')}`

export const nodeIds = (count: number): string[] => Array.from({ length: count }, (_, i) => nodeId(i))

export const aTiming = (changes: Partial<Timing> = {}): Timing => ({
  expectedMs: 30_000,
  spread: 0.35,
  pollPriceMs: 250,
  maxPollGapMs: 60_000,
  firstPollMs: 2_000,
  pollGridMs: 0,
  deadlineMs: 1_800_000,
  graceMs: 60_000,
  visibilityMs: 60_000,
  traceMs: null,
  ...changes,
})

/** Rules at the pace of a deployment. */
export const rules = (timing: Partial<Timing> = {}): Rules => ({ timing: aTiming(timing), pace: (ms) => ms })

export const anAction = (changes: Partial<ActionManifest> = {}): ActionManifest => ({
  description: 'Restarts servers.',
  target: {
    region: { pattern: '[a-z]{2}-[a-z]{2}', description: 'a region', example: 'eu-de' },
    projectId: { pattern: '[A-Za-z0-9-]{1,64}', description: 'a project', example: '0215ef11' },
    account: { pattern: '[a-z]{1,32}', description: 'an account', example: 'default', optional: true },
  },
  nodeId: {
    pattern: '[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}',
    description: 'a UUID',
    example: nodeId(0),
    anyCase: true,
  },
  nodeKind: 'server',
  nodesPerCall: 1000,
  options: {
    mode: {
      type: 'choice',
      description: 'how',
      values: { soft: 'asks', hard: 'forces' },
      refused: { gentle: 'this cloud has no gentle restart' },
      default: 'soft',
    },
    force: { type: 'boolean', description: 'at all costs', default: false },
    roles: { type: 'text', description: 'a list of roles', pattern: '[a-z]+(,[a-z]+)*', example: 'data,master' },
  },
  timing: aTiming(),
  ...changes,
})

/** A cloud that offers restart and stop, and says why it cannot delete. */
export const aManifest = (changes: Partial<Manifest> = {}): Manifest => ({
  id: 'test-ecs',
  title: 'Test ECS',
  sources: ['the tests'],
  actions: { restart: anAction(), stop: anAction({ description: 'Stops servers.', options: {} }) },
  rateLimits: [
    { unit: 'nodes', limit: 1000, windowMs: 60_000, scope: ['region', 'projectId'], description: 'a limit' },
  ],
  unsupported: { delete: 'it keeps what it has' },
  ...changes,
})

export const aWork = (changes: Partial<Work> = {}): Work => ({
  provider: 'test-ecs',
  action: 'restart',
  target: { region: 'eu-de', projectId: '0215ef11' },
  options: { mode: 'soft', force: false },
  ...changes,
})

/** A request as a user writes it: the least that is needed. */
export const aBody = (changes: Record<string, unknown> = {}): Record<string, unknown> => ({
  provider: 'test-ecs',
  action: 'restart',
  target: { region: 'eu-de', projectId: '0215ef11' },
  nodeIds: nodeIds(2),
  ...changes,
})

/** A request after parsing. */
export const aRequest = (changes: Partial<OperationRequest> = {}): OperationRequest => ({
  ...aWork(),
  nodeIds: nodeIds(2),
  rollout: { batchSize: 1000, waves: 'all', whenHeld: 'skip' },
  reason: null,
  notAfter: null,
  ...changes,
})

type In<S extends Batch['state']> = Extract<Batch, { state: S }>

const identity = (changes: Partial<BatchIdentity>): BatchIdentity => ({
  ...aWork(),
  operationId: 'op-1',
  batchId: 'op-1.0001',
  wave: 1,
  nodes: 2,
  createdAt: T0,
  notAfter: null,
  version: 3,
  sequence: 2,
  published: 2,
  attempt: 0,
  firstTriedAt: null,
  whenHeld: 'skip',
  ...changes,
})

/** A batch of two nodes that was just planned. */
export const aBatch = (changes: Partial<In<'PLANNED'>> = {}): In<'PLANNED'> => ({
  ...identity(changes),
  state: 'PLANNED',
})

export const aQueued = (changes: Partial<In<'QUEUED'>> = {}): In<'QUEUED'> => ({
  ...identity(changes),
  state: 'QUEUED',
  dueAt: T0,
  notBefore: null,
  code: null,
  reason: null,
  ...changes,
})

/** A batch that a worker has claimed for the first time. */
export const aSubmitting = (changes: Partial<In<'SUBMITTING'>> = {}): In<'SUBMITTING'> => ({
  ...identity({ attempt: 1, firstTriedAt: T0, ...changes }),
  state: 'SUBMITTING',
  claimedAt: T0,
  dueAt: T0,
  lostAt: T0 + 45_000,
  ...changes,
})

/** A batch whose job runs since T0 and of which no node is known to be done. */
export const aRunning = (changes: Partial<In<'RUNNING'>> = {}): In<'RUNNING'> => {
  const total = changes.nodes ?? 2
  return {
    ...identity({ attempt: 1, firstTriedAt: T0, ...changes }),
    state: 'RUNNING',
    dueAt: T0 + 10_000,
    jobIds: ['job-1'],
    submittedAt: T0,
    deadline: T0 + 1_800_000,
    counts: { ...noCounts, total, running: total },
    memo: null,
    misses: 0,
    gone: false,
    ...changes,
  }
}

/** A batch whose answer was lost: called at T0, given up one second later. */
export const anUnknown = (changes: Partial<In<'OUTCOME_UNKNOWN'>> = {}): In<'OUTCOME_UNKNOWN'> => ({
  ...identity({ attempt: 1, firstTriedAt: T0, ...changes }),
  state: 'OUTCOME_UNKNOWN',
  dueAt: T0 + 1_000,
  sentAt: T0,
  settledAt: T0 + 1_000,
  deadline: T0 + 1_861_000,
  code: 'Timeout',
  reason: 'no answer',
  misses: 0,
  lastLookAt: null,
  longestGapMs: 0,
  applied: 0,
  untouched: 2,
  changedAt: null,
  ...changes,
})

/** A batch that was taken apart, its parts written. */
export const aSplit = (changes: Partial<In<'SPLIT'>> = {}): In<'SPLIT'> => ({
  ...identity(changes),
  state: 'SPLIT',
  parts: [],
  ...changes,
})

/** A batch that ended, well unless told otherwise, all its nodes alike. */
export const anEnded = (changes: Partial<BatchIdentity & Ended> = {}): BatchIdentity & Ended => {
  const total = changes.nodes ?? 2
  return {
    ...identity({ attempt: 1, firstTriedAt: T0, ...changes }),
    state: 'SUCCEEDED',
    endedAt: T0 + 30_000,
    dueAt: T0 + 30_000,
    jobIds: ['job-1'],
    counts: { ...noCounts, total, succeeded: total },
    outcome: 'succeeded',
    code: null,
    reason: null,
    ...changes,
  }
}

export const aResult = (id: string, changes: Partial<NodeResult> = {}): NodeResult => ({
  nodeId: id,
  outcome: 'succeeded',
  code: null,
  reason: null,
  jobId: 'job-1',
  at: new Date(T0).toISOString(),
  ...changes,
})

export const resultsOf = (...results: readonly NodeResult[]): Results => new Map(results.map((r) => [r.nodeId, r]))

/** An operation of two nodes that is being carried out. */
export const anOperation = (changes: Partial<Operation> = {}): Operation => ({
  ...aWork(),
  operationId: 'op-1',
  status: 'RUNNING',
  trigger: 'http',
  principal: 'alice',
  idempotencyKey: null,
  requestHash: 'request',
  planHash: 'plan',
  rollout: { batchSize: 1000, waves: 'all', whenHeld: 'skip' },
  reason: 'kernel update',
  notAfter: null,
  retryOf: null,
  batches: 1,
  counts: { ...noCounts, total: 2, pending: 2 },
  createdAt: T0,
  endedAt: null,
  cancelledAt: null,
  version: 1,
  sequence: 1,
  published: 1,
  dueAt: T0,
  ...changes,
})
