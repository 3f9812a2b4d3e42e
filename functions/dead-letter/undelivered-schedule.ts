import * as z from 'zod'
import type { Undelivered } from './undelivered.ts'

/**
 * Attributes of a message that EventBridge Scheduler puts into a schedule's dead-letter queue (EventBridge Scheduler user
 * guide, "Configuring a schedule's dead-letter queue"). A body that was too long is cut.
 */
const Attributes = z.object({
  SCHEDULE_ARN: z.string(),
  EXECUTION_ID: z.string().min(1),
  SCHEDULED_TIME: z.string().optional(),
  ERROR_CODE: z.string().default('unknown error'),
  ERROR_MESSAGE: z.string().default(''),
  RETRY_ATTEMPTS: z.string().default('0'),
  IS_PAYLOAD_TRUNCATED: z.string().default('false'),
})

/** The call that Scheduler would have made, of which the guide's example shows the parameters as the body. */
const InvokeCall = z.object({ FunctionName: z.string(), Payload: z.string() })

export const readUndeliveredSchedule = (
  body: unknown,
  attributes: Readonly<Record<string, string>>,
): Undelivered | undefined => {
  const parsed = Attributes.safeParse(attributes)
  if (!parsed.success) return undefined
  const { SCHEDULE_ARN, EXECUTION_ID, SCHEDULED_TIME, ERROR_CODE, ERROR_MESSAGE, RETRY_ATTEMPTS } = parsed.data
  const schedule = SCHEDULE_ARN.split('/').at(-1)
  const cut = parsed.data.IS_PAYLOAD_TRUNCATED === 'true' ? ', its input cut' : ''
  const when = SCHEDULED_TIME === undefined ? '' : ` for ${SCHEDULED_TIME}`
  const reason = `schedule ${schedule}${when}: given up after ${RETRY_ATTEMPTS} retries${cut}: ${ERROR_CODE}: ${ERROR_MESSAGE}`
  const input = cut === '' ? inputOf(body) : undefined
  return { input, invocationId: EXECUTION_ID, reason }
}

const inputOf = (body: unknown): unknown => {
  const call = InvokeCall.safeParse(body)
  return call.success ? JSON.parse(call.data.Payload) : body
}
