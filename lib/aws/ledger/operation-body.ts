import * as z from 'zod'
import { actions } from '../../domain/action.ts'
import type { Operation } from '../../domain/operation.ts'
import type { Counts } from '../../domain/outcome.ts'
import { WHEN_HELD } from '../../domain/request.ts'
import type { Work } from '../../domain/work.ts'

export const countsBody = z.object({
  total: z.number(),
  pending: z.number(),
  running: z.number(),
  succeeded: z.number(),
  failed: z.number(),
  skipped: z.number(),
  unknown: z.number(),
}) satisfies z.ZodType<Counts>

export const workBody = z.object({
  provider: z.string(),
  action: z.enum(actions),
  target: z.record(z.string(), z.string()),
  options: z.record(z.string(), z.union([z.string(), z.boolean()])),
}) satisfies z.ZodType<Work>

export const operationBody = z.object({
  ...workBody.shape,
  operationId: z.string(),
  status: z.enum(['PLANNING', 'RUNNING', 'SUCCEEDED', 'PARTIAL', 'FAILED', 'CANCELLED', 'NEEDS_ATTENTION']),
  trigger: z.enum(['http', 'schedule', 'alarm', 'event', 'cli']),
  principal: z.string().nullable(),
  idempotencyKey: z.string().nullable(),
  requestHash: z.string(),
  planHash: z.string(),
  rollout: z.object({ batchSize: z.number(), waves: z.literal('all'), whenHeld: z.enum(WHEN_HELD) }),
  reason: z.string().nullable(),
  notAfter: z.string().nullable(),
  retryOf: z.string().nullable(),
  batches: z.number(),
  counts: countsBody,
  createdAt: z.number(),
  endedAt: z.number().nullable(),
  cancelledAt: z.number().nullable(),
  version: z.number(),
  sequence: z.number(),
  published: z.number(),
  dueAt: z.number().optional(),
}) satisfies z.ZodType<Operation>
