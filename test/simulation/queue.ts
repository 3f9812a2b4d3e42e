import type { SendMessageBatchCommand, SendMessageBatchRequestEntry, SQSClient } from '@aws-sdk/client-sqs'
import type { SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda'
import { createDispatcher } from '../../lib/aws/queue.ts'
import type { Refusal } from '../../lib/aws/refusal.ts'
import type { Dispatcher } from '../../lib/domain/ports.ts'
import type { Dice } from './dice.ts'
import type { Faults } from './faults.ts'
import { type Life, ServiceDown } from './life.ts'
import type { Profile } from './profile.ts'
import type { Scheduler } from './scheduler.ts'

type Message = { id: string; body: string; receives: number; done: boolean }

type Queue = { name: string; ready: Message[]; waiting: number; working: number; deadLetters: Queue | null }

/** Begins an invocation on a delivery; `ended` is told which messages were not handled: all of them, if it died. */
export type Consumer = (queue: string, event: SQSEvent, ended: (response: SQSBatchResponse | null) => void) => void

export type QueueNeeds = {
  scheduler: Scheduler
  dice: Dice
  profile: Profile
  faults: Faults
  /** Work on messages, and on those that were given up. */
  invoke: Consumer
  bury: Consumer
}

/** As in infra/queues.ts and infra/functions.ts. */
const MOST_RECEIVES = 5
/** Of an older schema, of a newer one, and of none. */
const MALFORMED = ['{"v":0}', '{"v":2,"operationId":"op-1"}', '{"v":1,"operationId":7}', '{', ''] as const
const DELIVERY = { records: 5, workers: 8 }

const attributes = {
  ApproximateReceiveCount: '1',
  SentTimestamp: '0',
  SenderId: 's',
  ApproximateFirstReceiveTimestamp: '0',
}

const recordOf = ({ name }: Queue, { id, body }: Message): SQSRecord => ({
  messageId: id,
  receiptHandle: id,
  body,
  attributes,
  messageAttributes: {},
  md5OfBody: '',
  eventSource: 'aws:sqs',
  eventSourceARN: `arn:aws:sqs:eu-de:000000000000:${name}`,
  awsRegion: 'eu-de',
})

/**
 * One queue per provider and its dead-letter queue, with the functions that they feed. Messages come more than once, out
 * of order and late; what was not handled comes again after the visibility timeout, and too often, it is given up. One more
 * queue has the events that were given up.
 */
export const createQueues = ({ scheduler, dice, profile, faults, invoke, bury }: QueueNeeds) => {
  const queues = new Map<string, Queue>()
  const redriven: { queue: Queue; message: Message }[] = []
  let sent = 0
  let open = 0

  const createQueue = (name: string, deadLetters: Queue | null): Queue => ({
    name,
    ready: [],
    waiting: 0,
    working: 0,
    deadLetters,
  })
  const queueOf = (provider: string): Queue => {
    const queue = queues.get(provider) ?? createQueue(provider, createQueue(`${provider}-dead-letter`, null))
    queues.set(provider, queue)
    return queue
  }

  const show = (queue: Queue, message: Message, inMs: number): void => {
    queue.waiting += 1
    open += 1
    scheduler.after(inMs, () => {
      queue.waiting -= 1
      open -= 1
      if (message.done) return
      // Somewhere among the others: a queue promises no order.
      queue.ready.splice(dice.below(queue.ready.length + 1), 0, message)
      open += 1
      deliver(queue)
    })
  }

  const give = (queue: Queue, taken: readonly Message[]): void => {
    for (const message of taken) if (dice.chance(profile.redriven)) redriven.push({ queue, message })
    const consumer = queue.deadLetters === null ? bury : invoke
    queue.working += 1
    for (const message of taken) message.receives += 1
    consumer(queue.name, { Records: taken.map((message) => recordOf(queue, message)) }, (response) => {
      queue.working -= 1
      const failed = new Set(response?.batchItemFailures.map(({ itemIdentifier }) => itemIdentifier))
      for (const message of taken) {
        if (response !== null && !failed.has(message.id)) message.done = true
        open -= 1
      }
      deliver(queue)
    })
    // It comes again unless it was handled by then, also while somebody is still at work on it.
    for (const message of taken) {
      const next = message.receives < MOST_RECEIVES ? queue : (queue.deadLetters ?? queue)
      if (next !== queue) message.receives = 0
      show(next, message, profile.visibilityMs)
    }
  }

  const deliver = (queue: Queue): void => {
    while (queue.ready.length > 0 && queue.working < DELIVERY.workers) {
      const taken = queue.ready.splice(0, dice.between(1, DELIVERY.records)).filter((message) => {
        if (message.done) open -= 1
        return !message.done
      })
      if (taken.length > 0) give(queue, taken)
    }
  }

  const post = (queue: Queue, body: string): void => {
    const message = { id: `m${(sent += 1)}`, body, receives: 0, done: false }
    const late = () => 10 + dice.random() * (dice.chance(0.9) ? 50 : profile.messageLateMs)
    show(queue, message, late())
    if (dice.chance(profile.messageTwice)) {
      faults('message twice')
      show(queue, { ...message }, late())
    }
    if (dice.chance(profile.messageMalformed)) {
      faults('message malformed')
      show(queue, { ...message, id: `${message.id}x`, body: dice.pick(MALFORMED) }, late())
    }
  }

  const send = (queue: Queue, entries: readonly SendMessageBatchRequestEntry[]) => {
    if (dice.chance(profile.callRefused)) {
      faults('messages throttled')
      throw new ServiceDown('SendMessageBatch')
    }
    const successful: { Id: string | undefined }[] = []
    const failed: { Id: string | undefined; Code: string; SenderFault: boolean }[] = []
    for (const { Id, MessageBody = '' } of entries) {
      const told = dice.chance(profile.messageRefused)
      if (!told) successful.push({ Id })
      else if (dice.chance(0.5)) faults('message left out')
      else {
        faults('message refused')
        failed.push({ Id, Code: 'InternalError', SenderFault: false })
      }
      // The answer of a whole call can be lost: then a message is there that was not surely taken.
      if (!told || dice.chance(0.2)) post(queue, MessageBody)
    }
    return { Successful: successful, Failed: failed }
  }

  /** Where events end that no function could handle: what is not handled here either stays. */
  const undelivered = createQueue('undelivered', null)

  return {
    isQuiet: () => open === 0,
    giveUp: (body: string): void =>
      show(undelivered, { id: `m${(sent += 1)}`, body, receives: 0, done: false }, dice.below(1_000)),
    /** Somebody puts back what was delivered long ago; answers how much. */
    redrive: (): number => {
      const back = redriven.splice(0)
      for (const { queue, message } of back) {
        faults('redriven after a week')
        show(queue, { ...message, id: `${message.id}r`, receives: 0, done: false }, 0)
      }
      return back.length
    },
    /** Our dispatcher on an SQS that takes some messages of a call and not others, or none. */
    dispatcherOf: (life: Life, onRefusal: (refusal: Refusal) => void): Dispatcher => {
      const client = {
        send: ({ input: { QueueUrl = '', Entries = [] } }: SendMessageBatchCommand) =>
          life.effect('send', () => send(queueOf(QueueUrl), Entries), {
            about: () => Entries.map(({ MessageBody }) => MessageBody).join(' '),
          }),
      }
      // All that our dispatcher wants of the client is one of its commands.
      return createDispatcher({ client: client as unknown as SQSClient, queueUrlOf: (provider) => provider, onRefusal })
    },
  }
}
