import type { SQSRecord } from 'aws-lambda'
import { parseBatchMessage } from '../../lib/domain/batch-message.ts'
import { readEnvelope } from '../../lib/flow/intake/envelope.ts'
import { purposeOf } from '../../lib/flow/intake/keep-refused.ts'
import type { Found } from '../../lib/lambda/keep-message.ts'
import { readInvocationRecord } from './invocation-record.ts'
import type { Undelivered } from './undelivered.ts'
import { readUndeliveredEvent } from './undelivered-event.ts'
import { readUndeliveredSchedule } from './undelivered-schedule.ts'

type Message = Pick<SQSRecord, 'messageId' | 'body' | 'messageAttributes'>

/** What a dead letter is about, told from its attributes and its shape: whichever queue it lies in. */
export const readMessage = ({ messageId, body, messageAttributes }: Message): Found => {
  const batch = parseBatchMessage(body)
  if (!('malformed' in batch))
    return { body, purpose: { kind: 'batch', ...batch }, reason: 'delivered too often without success' }

  const attributes = Object.fromEntries(
    Object.entries(messageAttributes).flatMap(([name, { stringValue }]) =>
      stringValue === undefined ? [] : [[name, stringValue]],
    ),
  )
  try {
    const value: unknown = JSON.parse(body)
    const undelivered =
      readUndeliveredSchedule(value, attributes) ??
      readUndeliveredEvent(messageId, value, attributes) ??
      readInvocationRecord(value)
    if (undelivered !== undefined) return foundOf(undelivered, body)
  } catch {
    // No JSON, or nothing like what its attributes say: whoever looks at it must see it as it came.
  }
  return { body, purpose: { kind: 'unreadable' }, reason: 'of no shape that is known here' }
}

/** The event is kept as it is put back, without what it was wrapped in; what is not for ingest is kept as it came. */
const foundOf = ({ input, invocationId, reason }: Undelivered, body: string): Found => {
  const purpose = purposeOf(readEnvelope(input, invocationId), invocationId, null)
  if (purpose.kind === 'unreadable') return { body, purpose, reason: `${reason} (nothing that ingest takes in)` }
  return { body: JSON.stringify(input), purpose, reason }
}
