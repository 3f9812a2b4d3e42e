import * as z from 'zod'
import type { BatchMessage } from './ports.ts'
import { zodProblems } from './problems.ts'

const VERSION = 1

/** What a queue carries. Fields that are not known are left: a newer producer may add some under the same version. */
const Body = z.object({
  v: z.literal(VERSION),
  operationId: z.string().min(1).max(128),
  batchId: z.string().min(1).max(128),
})

export const batchMessageBody = ({ operationId, batchId }: BatchMessage): string =>
  JSON.stringify({ v: VERSION, operationId, batchId } satisfies z.infer<typeof Body>)

/** The batch that a message names, or what is wrong with the message: then no repetition makes it right. */
export const parseBatchMessage = (body: string): BatchMessage | { malformed: string } => {
  let value: unknown
  try {
    value = JSON.parse(body)
  } catch {
    return { malformed: 'is not JSON' }
  }
  const parsed = Body.safeParse(value)
  if (parsed.success) return { operationId: parsed.data.operationId, batchId: parsed.data.batchId }
  return {
    malformed: zodProblems(parsed.error)
      .map(({ path, message }) => `${path} ${message}`.trim())
      .join('; '),
  }
}
