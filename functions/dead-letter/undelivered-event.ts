import * as z from 'zod'
import type { Undelivered } from './undelivered.ts'

/**
 * Attributes of a message that an EventBridge rule puts into its dead-letter queue; the event itself is the body (EventBridge
 * user guide, "Using dead-letter queues to process undelivered events"). EXHAUSTED_RETRY_CONDITION is missing where it did
 * not try again, as after a missing permission.
 */
const Attributes = z.object({
  RULE_ARN: z.string(),
  ERROR_CODE: z.string().default('unknown error'),
  ERROR_MESSAGE: z.string().default(''),
  EXHAUSTED_RETRY_CONDITION: z.string().optional(),
  RETRY_ATTEMPTS: z.string().default('0'),
})

export const readUndeliveredEvent = (
  messageId: string,
  input: unknown,
  attributes: Readonly<Record<string, string>>,
): Undelivered | undefined => {
  const parsed = Attributes.safeParse(attributes)
  if (!parsed.success) return undefined
  const { RULE_ARN, ERROR_CODE, ERROR_MESSAGE, EXHAUSTED_RETRY_CONDITION, RETRY_ATTEMPTS } = parsed.data
  const rule = RULE_ARN.split('/').at(-1)
  const tried = `${EXHAUSTED_RETRY_CONDITION ?? 'given up'} after ${RETRY_ATTEMPTS} retries`
  const reason = `rule ${rule}: ${tried}: ${ERROR_CODE}: ${ERROR_MESSAGE}`
  return { input, invocationId: messageId, reason }
}
