import { randomUUID } from 'node:crypto'
import type { Batch, BatchIdentity, BatchState, Ended } from '../../../lib/domain/batch.ts'
import type { Operation } from '../../../lib/domain/operation.ts'
import { type NodeResult, noCounts } from '../../../lib/domain/outcome.ts'

export const NOW = Date.parse('2026-11-21T10:00:00.000Z')

const work = {
  provider: 'otc-ecs',
  action: 'restart',
  target: { region: 'eu-de', projectId: '0215ef11e49d4743be23dd97a1561e91' },
  options: { mode: 'soft' },
} as const

export const uuids = (count: number): string[] => Array.from({ length: count }, () => randomUUID())

export const anOperation = (changes: Partial<Operation> = {}): Operation => ({
  ...work,
  operationId: randomUUID(),
  status: 'RUNNING',
  trigger: 'http',
  principal: null,
  idempotencyKey: 'saturday',
  requestHash: 'a'.repeat(64),
  planHash: 'b'.repeat(64),
  rollout: { batchSize: 1000, waves: 'all', whenHeld: 'skip' },
  reason: 'kernel update',
  notAfter: null,
  retryOf: null,
  batches: 3,
  counts: { ...noCounts, total: 2500, pending: 2500 },
  createdAt: NOW,
  endedAt: null,
  cancelledAt: null,
  version: 0,
  sequence: 0,
  published: 0,
  ...changes,
})

export const aBatch = (
  state: BatchState = { state: 'PLANNED' },
  changes: Partial<BatchIdentity> = {},
  operationId: string = randomUUID(),
): Batch => ({
  ...work,
  operationId,
  batchId: `${operationId}.0001`,
  wave: 1,
  nodes: 1000,
  createdAt: NOW,
  notAfter: null,
  version: 0,
  sequence: 0,
  published: 0,
  attempt: 0,
  firstTriedAt: null,
  whenHeld: 'skip',
  ...changes,
  ...state,
})

export const running = {
  state: 'RUNNING',
  dueAt: NOW + 30_000,
  jobIds: ['ff8080828a94c245018a9b3a23ab6ab5'],
  submittedAt: NOW,
  deadline: NOW + 900_000,
  counts: { ...noCounts, total: 1000, running: 1000 },
  memo: null,
  misses: 0,
  gone: true,
} satisfies BatchState

export const ended: Ended = {
  state: 'PARTIAL',
  endedAt: NOW + 60_000,
  jobIds: ['ff8080828a94c245018a9b3a23ab6ab5'],
  counts: { ...noCounts, total: 1000, succeeded: 990, failed: 10 },
  outcome: null,
  code: 'Ecs.0227',
  reason: 'the server is locked',
}

export const aResult = (nodeId: string, changes: Partial<NodeResult> = {}): NodeResult => ({
  nodeId,
  outcome: 'succeeded',
  code: null,
  reason: null,
  jobId: 'ff8080828a94c245018a9b3a23ab6ab5',
  at: new Date(NOW + 30_000).toISOString(),
  ...changes,
})

export const resultMap = (results: readonly NodeResult[]) => new Map(results.map((result) => [result.nodeId, result]))
