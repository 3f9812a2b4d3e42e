import { InvalidRequest } from '../../domain/problem.ts'
import { accept } from '../accept.ts'
import { readEnvelope } from './envelope.ts'
import type { Arrival } from './keep-refused.ts'
import { prepare } from './prepare.ts'
import { takeAlarm } from './take-alarm.ts'
import type { IntakeDeps, Taken } from './taken.ts'

/**
 * Makes of an event, an alarm or a schedule's input the operations that it asks for. Its own id is their key, so that it
 * may come any number of times, at any time.
 *
 * @param only the remediation rule to obey, instead of all that an alarm meets
 * @throws InvalidRequest, TooLarge, Refused, Conflict when the event, or the only rule, is refused
 */
export const takeIn = async (arrival: Arrival, only: string | null, deps: IntakeDeps): Promise<Taken> => {
  const envelope = readEnvelope(arrival.input, arrival.invocationId)
  if (envelope.kind === 'unknown')
    throw new InvalidRequest([{ path: '', message: 'is no request, alarm or schedule that ingest knows' }])
  if (envelope.kind === 'alarm') return takeAlarm(arrival, envelope.eventId, only, deps)

  const { request, planned } = prepare(envelope.request, deps)
  const principal = envelope.kind === 'event' ? envelope.source : null
  const asked = { trigger: envelope.kind, principal, idempotencyKey: envelope.key, retryOf: null } as const
  const { operation } = await accept(request, planned, asked, deps)
  return { operationIds: [operation.operationId], notes: [] }
}
