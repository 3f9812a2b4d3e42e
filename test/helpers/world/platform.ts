import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge'
import { SendMessageBatchCommand, SQSClient } from '@aws-sdk/client-sqs'
import { mockClient } from 'aws-sdk-client-mock'
import { createBus, SOURCE } from '../../../lib/aws/bus.ts'
import { createDispatcher } from '../../../lib/aws/queue.ts'
import type { Refusal } from '../../../lib/aws/refusal.ts'
import type { JobChange, OperationChange } from '../../../lib/domain/events.ts'

export type QueuedMessage = {
  id: string
  provider: string
  body: string
  receives: number
  /** Message attributes, all of them text. */
  attributes?: Readonly<Record<string, string>>
}

export type Published = { detailType: string; time: string; detail: OperationChange | JobChange }

/** What the platform makes of one call: the entries that it does not take, or no answer, with or without an effect. */
export type PlatformFault = { refuse: readonly number[] } | 'unreachable' | 'answer lost'

/** SQS and EventBridge in memory, behind the real adapters and their batch calls. */
export const createPlatform = (onRefusal: (refusal: Refusal) => void) => {
  const messages: QueuedMessage[] = []
  const published: Published[] = []
  const sendFaults: PlatformFault[] = []
  const putFaults: PlatformFault[] = []
  let sent = 0

  /** Takes what the next fault leaves of the entries; throws when there is no answer. */
  const takeEntries = <T>(entries: readonly T[], faults: PlatformFault[], take: (entry: T) => void): boolean[] => {
    const fault = faults.shift()
    if (fault === 'unreachable') throw Object.assign(new Error('service unavailable'), { name: 'ServiceUnavailable' })
    const taken = entries.map((_, i) => !(typeof fault === 'object' && fault.refuse.includes(i)))
    for (const [i, entry] of entries.entries()) if (taken[i]) take(entry)
    if (fault === 'answer lost') throw Object.assign(new Error('socket hang up'), { name: 'TimeoutError' })
    return taken
  }

  const config = { region: 'eu-de', credentials: { accessKeyId: 'test', secretAccessKey: 'test' } }
  const sqs = new SQSClient(config)
  mockClient(sqs)
    .on(SendMessageBatchCommand)
    .callsFake(({ QueueUrl = '', Entries = [] }: SendMessageBatchCommand['input']) => {
      const taken = takeEntries(Entries, sendFaults, ({ MessageBody = '' }) => {
        sent += 1
        messages.push({ id: `message-${sent}`, provider: QueueUrl, body: MessageBody, receives: 0 })
      })
      return {
        Successful: Entries.filter((_, i) => taken[i]).map(({ Id }) => ({ Id })),
        Failed: Entries.filter((_, i) => !taken[i]).map(({ Id }) => ({
          Id,
          Code: 'InternalError',
          SenderFault: false,
        })),
      }
    })

  const eventbridge = new EventBridgeClient(config)
  mockClient(eventbridge)
    .on(PutEventsCommand)
    .callsFake(({ Entries = [] }: PutEventsCommand['input']) => {
      const taken = takeEntries(Entries, putFaults, ({ DetailType = '', Detail = '', Time, Source }) => {
        if (Source !== SOURCE) throw new Error(`an event of source ${Source}`)
        const detail = JSON.parse(Detail) as Published['detail']
        published.push({ detailType: DetailType, time: Time?.toISOString() ?? '', detail })
      })
      return {
        FailedEntryCount: taken.filter((one) => !one).length,
        Entries: taken.map((one, i) => (one ? { EventId: `event-${i}` } : { ErrorCode: 'InternalFailure' })),
      }
    })

  return {
    dispatcher: createDispatcher({ client: sqs, queueUrlOf: (provider) => provider, onRefusal }),
    bus: createBus({ client: eventbridge, busName: 'drover', onRefusal }),
    /** Waiting messages, oldest first; the queue's url is the provider's id. */
    messages,
    /** Every event that was taken, repetitions included. */
    published,
    sendFaults,
    putFaults,
  }
}

export type Platform = ReturnType<typeof createPlatform>
