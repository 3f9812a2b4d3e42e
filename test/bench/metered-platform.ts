import { type EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge'
import { SendMessageBatchCommand, type SQSClient } from '@aws-sdk/client-sqs'
import { createBus } from '../../lib/aws/bus.ts'
import { createDispatcher } from '../../lib/aws/queue.ts'
import type { Meter } from './meter.ts'

/** SQS and EventBridge charge by 64 KB. */
const CHUNK = 64 * 1024

const refuse = ({ reason }: { reason: string }): void => {
  throw new Error(`the platform in memory takes everything, and this it did not: ${reason}`)
}

/** The real adapters of queue and bus, before services in memory that count what they are asked. */
export const meteredPlatform = (meter: Meter) => {
  const messages: string[] = []
  const sqs = {
    send: async (command: unknown) => {
      if (!(command instanceof SendMessageBatchCommand)) throw new TypeError('not a command of the dispatcher')
      const { Entries = [] } = command.input
      const bytes = Entries.reduce((sum, { MessageBody = '' }) => sum + Buffer.byteLength(MessageBody), 0)
      meter.add('SQS', 'SendMessageBatch', Math.ceil(bytes / CHUNK), 'SQS request')
      messages.push(...Entries.map(({ MessageBody = '' }) => MessageBody))
      return { Successful: Entries.map(({ Id }) => ({ Id })) }
    },
  }
  const eventbridge = {
    send: async (command: unknown) => {
      if (!(command instanceof PutEventsCommand)) throw new TypeError('not a command of the bus')
      const { Entries = [] } = command.input
      const sizes = Entries.map(({ Detail = '' }) => Math.ceil(Buffer.byteLength(Detail) / CHUNK))
      meter.add(
        'EventBridge',
        'PutEvents',
        sizes.reduce((sum, size) => sum + size, 0),
        'event',
      )
      return { FailedEntryCount: 0, Entries: Entries.map((_, i) => ({ EventId: String(i) })) }
    },
  }
  return {
    // The adapters call nothing but `send`.
    dispatcher: createDispatcher({ client: sqs as unknown as SQSClient, queueUrlOf: (id) => id, onRefusal: refuse }),
    bus: createBus({ client: eventbridge as unknown as EventBridgeClient, busName: 'drover', onRefusal: refuse }),
    /** Bodies of the waiting messages, oldest first. */
    messages,
  }
}
