import * as z from 'zod'
import type { Undelivered } from './undelivered.ts'

/**
 * What Lambda sends to the destination of events that a function could not handle (Lambda developer guide, "Capturing
 * records of Lambda asynchronous invocations"). `condition` is `RetriesExhausted` or `EventAgeExceeded`; of an event that
 * was too old to be tried there is no response.
 */
const InvocationRecord = z.object({
  version: z.string(),
  requestContext: z.object({
    requestId: z.string().min(1),
    functionArn: z.string(),
    condition: z.string(),
    approximateInvokeCount: z.number(),
  }),
  requestPayload: z.unknown().refine((payload) => payload !== undefined, 'is missing'),
  responsePayload: z
    .object({ errorType: z.string().optional(), errorMessage: z.string().optional() })
    .nullish()
    .catch(undefined),
})

export const readInvocationRecord = (value: unknown): Undelivered | undefined => {
  const record = InvocationRecord.safeParse(value)
  if (!record.success) return undefined
  const { requestContext, requestPayload, responsePayload } = record.data
  const { functionArn, condition, approximateInvokeCount, requestId } = requestContext
  // arn:aws:lambda:region:account:function:name:qualifier
  const name = functionArn.split(':')[6] ?? functionArn
  const error = [responsePayload?.errorType, responsePayload?.errorMessage].filter((part) => part !== undefined)
  const reason = [`${name}: ${condition} after ${approximateInvokeCount} attempts`, ...error].join(': ')
  return { input: requestPayload, invocationId: requestId, reason }
}
