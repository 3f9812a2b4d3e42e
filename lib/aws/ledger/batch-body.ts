import * as z from 'zod'
import type { Batch, BatchIdentity, Part } from '../../domain/batch.ts'
import { WHEN_HELD } from '../../domain/request.ts'
import { countsBody, workBody } from './operation-body.ts'
import { fromRanges, Ranges, toRanges } from './ranges.ts'

const identity = z.object({
  ...workBody.shape,
  operationId: z.string(),
  batchId: z.string(),
  wave: z.number(),
  nodes: z.number(),
  createdAt: z.number(),
  notAfter: z.number().nullable(),
  version: z.number(),
  sequence: z.number(),
  published: z.number(),
  attempt: z.number(),
  firstTriedAt: z.number().nullable(),
  whenHeld: z.enum(WHEN_HELD),
}) satisfies z.ZodType<BatchIdentity>

const planned = z.object({ state: z.literal('PLANNED') })

const queued = z.object({
  state: z.literal('QUEUED'),
  dueAt: z.number(),
  notBefore: z.number().nullable().default(null),
  code: z.string().nullable(),
  reason: z.string().nullable(),
})

const submitting = z.object({
  state: z.literal('SUBMITTING'),
  dueAt: z.number(),
  claimedAt: z.number(),
  lostAt: z.number(),
})

const running = z.object({
  state: z.literal('RUNNING'),
  dueAt: z.number(),
  jobIds: z.array(z.string()),
  submittedAt: z.number(),
  deadline: z.number(),
  counts: countsBody,
  memo: z.string().nullable(),
  misses: z.number(),
  gone: z.boolean().default(false),
})

const outcomeUnknown = z.object({
  state: z.literal('OUTCOME_UNKNOWN'),
  dueAt: z.number(),
  sentAt: z.number(),
  settledAt: z.number(),
  deadline: z.number(),
  code: z.string(),
  reason: z.string(),
  misses: z.number(),
  lastLookAt: z.number().nullable(),
  longestGapMs: z.number(),
  applied: z.number().default(0),
  untouched: z.number().default(0),
  changedAt: z.number().nullable().default(null),
})

const ended = z.object({
  state: z.enum(['SUCCEEDED', 'PARTIAL', 'FAILED', 'TIMED_OUT', 'NEEDS_ATTENTION', 'CANCELLED', 'SKIPPED']),
  endedAt: z.number(),
  jobIds: z.array(z.string()),
  counts: countsBody,
  outcome: z.enum(['succeeded', 'failed', 'skipped', 'unknown']).nullable(),
  code: z.string().nullable(),
  reason: z.string().nullable(),
  dueAt: z.number().exactOptional(),
})

const split = z.object({
  state: z.literal('SPLIT'),
  dueAt: z.number().exactOptional(),
  parts: z.array(
    z.object({
      nodes: Ranges.transform(fromRanges),
      state: z.discriminatedUnion('state', [planned, queued, running, ended]),
    }) satisfies z.ZodType<Part>,
  ),
})

/** A batch as it is stored: itself, but for the nodes of its parts, which are ranges. */
export const batchBody = z.discriminatedUnion('state', [
  identity.extend(planned.shape),
  identity.extend(queued.shape),
  identity.extend(submitting.shape),
  identity.extend(running.shape),
  identity.extend(outcomeUnknown.shape),
  identity.extend(split.shape),
  identity.extend(ended.shape),
]) satisfies z.ZodType<Batch>

export const batchJson = (batch: Batch): string => {
  if (batch.state !== 'SPLIT') return JSON.stringify(batch)
  return JSON.stringify({ ...batch, parts: batch.parts.map((part) => ({ ...part, nodes: toRanges(part.nodes) })) })
}
