import * as z from 'zod'
import type { Letter } from '../../domain/letter.ts'

const purposeBody = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('batch'), operationId: z.string(), batchId: z.string() }),
  z.object({ kind: z.literal('event'), invocationId: z.string(), rule: z.string().nullable() }),
  z.object({ kind: z.literal('unreadable') }),
])

export const letterHead = z.object({
  letterId: z.string(),
  queue: z.string(),
  reason: z.string(),
  receivedAt: z.number(),
  purpose: purposeBody,
  excerpt: z.string(),
  bodyLength: z.number(),
  cut: z.boolean(),
  redriven: z
    .object({
      at: z.number(),
      by: z.string().nullable(),
      outcome: z.string(),
      operationIds: z.array(z.string()),
    })
    .nullable(),
}) satisfies z.ZodType<Letter>
