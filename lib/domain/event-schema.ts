import * as z from 'zod'
import { actions } from './action.ts'
import { JOB_CHANGE, type JobChange, OPERATION_CHANGE, type OperationChange } from './events.ts'
import type { Counts, NodeOutcome } from './outcome.ts'

const count = z.int().min(0)

const CountsSchema = z.object({
  total: count,
  pending: count,
  running: count,
  succeeded: count,
  failed: count,
  skipped: count,
  unknown: count,
}) satisfies z.ZodType<Counts>

const NodeSchema = z.object({
  nodeId: z.string(),
  outcome: z.enum(['pending', 'running', 'succeeded', 'failed', 'skipped', 'unknown']),
  code: z.string().nullable().describe("The provider's own code where it gave one, ours otherwise"),
  reason: z.string().nullable(),
  jobId: z.string().nullable(),
  at: z.iso.datetime().nullable().describe('When the outcome was known'),
}) satisfies z.ZodType<NodeOutcome>

const change = {
  version: z.literal('1').describe('Of this schema'),
  eventId: z.string().describe('The same for every repetition of one change of state'),
  sequence: count.describe('Rises with every change of one operation or batch: of two events the higher is newer'),
  operationId: z.string(),
  provider: z.string(),
  action: z.enum(actions),
  target: z.record(z.string(), z.string()),
  options: z.record(z.string(), z.union([z.string(), z.boolean()])),
  counts: CountsSchema,
  createdAt: z.iso.datetime(),
  endedAt: z.iso.datetime().nullable(),
}

const ENDS = ['SUCCEEDED', 'PARTIAL', 'FAILED', 'CANCELLED', 'NEEDS_ATTENTION'] as const

/** The `detail` of both events, by detail-type, as consumers may rely on it. */
export const eventSchemas = {
  [OPERATION_CHANGE]: z.object({
    ...change,
    status: z.enum(['RUNNING', ...ENDS]),
    trigger: z.enum(['http', 'schedule', 'alarm', 'event', 'cli']),
    reason: z.string().nullable(),
    principal: z.string().nullable(),
    retryOf: z.string().nullable(),
  }) satisfies z.ZodType<OperationChange>,
  [JOB_CHANGE]: z.object({
    ...change,
    status: z.enum(['RUNNING', 'TIMED_OUT', 'SKIPPED', ...ENDS]),
    batchId: z.string(),
    wave: z.int().min(1),
    jobIds: z.array(z.string()),
    code: z.string().nullable(),
    reason: z.string().nullable(),
    nodes: z.array(NodeSchema).describe('Outcomes of the nodes, once the batch has ended'),
    part: z.int().min(1).describe('Very long lists of nodes come in several events'),
    parts: z.int().min(1),
  }) satisfies z.ZodType<JobChange>,
}
