import * as z from 'zod'
import { fingerprint, canonicalJson } from '../../lib/domain/fingerprint.ts'
import { HttpRequest } from '../../lib/lambda/http-request.ts'

/** What can arrive at ingest, told apart by its shape alone. */
export type Envelope =
  | { kind: 'http'; http: HttpRequest }
  | { kind: 'event'; request: unknown; key: string; source: string }
  | { kind: 'alarm'; event: unknown; eventId: string }
  | { kind: 'schedule'; request: unknown; key: string }
  | { kind: 'unknown' }

const BusEvent = z.object({ id: z.string().min(1), 'detail-type': z.string(), source: z.string(), detail: z.unknown() })

/** A schedule's constant input: the request itself, and the time it was scheduled for where the schedule puts it in. */
const Scheduled = z.looseObject({ provider: z.unknown(), scheduledTime: z.iso.datetime({ offset: true }).optional() })

/**
 * @param invocationId of the invocation: the platform repeats a failed one under the same id, so it is what a schedule
 *   without a time of its own is known by
 */
export const readEnvelope = (input: unknown, invocationId: string): Envelope => {
  const http = HttpRequest.safeParse(input)
  if (http.success) return { kind: 'http', http: http.data }

  const event = BusEvent.safeParse(input)
  if (event.success) {
    const { id, source, detail } = event.data
    if (event.data['detail-type'] === 'Node Operation Requested')
      return { kind: 'event', request: detail, key: `event ${id}`, source }
    if (event.data['detail-type'] === 'CloudWatch Alarm State Change')
      return { kind: 'alarm', event: input, eventId: id }
    return { kind: 'unknown' }
  }

  const scheduled = Scheduled.safeParse(input)
  if (scheduled.success && 'provider' in scheduled.data) {
    const { scheduledTime, ...request } = scheduled.data
    const key = ['schedule', scheduledTime ?? invocationId, fingerprint(canonicalJson(request))].join(' ')
    return { kind: 'schedule', request, key }
  }
  return { kind: 'unknown' }
}
