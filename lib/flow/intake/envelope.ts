import * as z from 'zod'
import { fingerprint, canonicalJson } from '../../domain/fingerprint.ts'

/** What can arrive at ingest beside HTTP, told apart by its shape alone; `key` is the same for every repetition of it. */
export type Envelope =
  | { kind: 'event'; key: string; request: unknown; source: string }
  | { kind: 'alarm'; key: string; event: unknown; eventId: string }
  | { kind: 'schedule'; key: string; request: unknown }
  | { kind: 'unknown'; key: string }

const BusEvent = z.object({ id: z.string().min(1), 'detail-type': z.string(), source: z.string(), detail: z.unknown() })

/** A schedule's constant input: the request itself, and the time it was scheduled for where the schedule puts it in. */
const Scheduled = z.looseObject({ provider: z.unknown(), scheduledTime: z.iso.datetime({ offset: true }).optional() })

/**
 * @param invocationId of the invocation: the platform repeats a failed one under the same id, so it is what a schedule
 *   without a time of its own is known by
 */
export const readEnvelope = (input: unknown, invocationId: string): Envelope => {
  const event = BusEvent.safeParse(input)
  if (event.success) {
    const { id, source, detail } = event.data
    if (event.data['detail-type'] === 'Node Operation Requested')
      return { kind: 'event', key: `event ${id}`, request: detail, source }
    if (event.data['detail-type'] === 'CloudWatch Alarm State Change')
      return { kind: 'alarm', key: `alarm ${id}`, event: input, eventId: id }
    return { kind: 'unknown', key: `event ${id}` }
  }

  const scheduled = Scheduled.safeParse(input)
  if (scheduled.success && 'provider' in scheduled.data) {
    const { scheduledTime, ...request } = scheduled.data
    const key = ['schedule', scheduledTime ?? invocationId, fingerprint(canonicalJson(request))].join(' ')
    return { kind: 'schedule', key, request }
  }
  return { kind: 'unknown', key: `invocation ${invocationId}` }
}
