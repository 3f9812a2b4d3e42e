import { buildApp } from 'fauxqs'
import * as z from 'zod'
import { awsJson } from './aws-json.ts'
import { createQueueJournal } from './queue-journal.ts'
import type { Place } from './resource-types.ts'
import type { Message } from './sqs-event.ts'
import type { Resource, Template } from './template.ts'

const queueSchema = z.strictObject({
  QueueName: z.string(),
  VisibilityTimeout: z.number().default(30),
  MessageRetentionPeriod: z.number().default(345_600),
  RedrivePolicy: z.strictObject({ deadLetterTargetArn: z.string(), maxReceiveCount: z.number() }).optional(),
  RedriveAllowPolicy: z.unknown().optional(),
  SqsManagedSseEnabled: z.unknown().optional(),
  Tags: z.unknown().optional(),
})

type Queue = Resource<z.output<typeof queueSchema>>

/** The account that fauxqs puts every queue in. */
export const localAccount = '000000000000'

const attributesOf = ({ properties }: Queue, timeScale: number) => ({
  VisibilityTimeout: String(Math.max(1, Math.round(properties.VisibilityTimeout / timeScale))),
  MessageRetentionPeriod: String(properties.MessageRetentionPeriod),
  ...(properties.RedrivePolicy ? { RedrivePolicy: JSON.stringify(properties.RedrivePolicy) } : {}),
})

/** A queue must exist before another one names it as its dead-letter queue. */
const deadLettersFirst = (queues: Queue[]) => {
  const byArn = new Map(queues.map((queue) => [queue.arn, queue]))
  const depth = (queue: Queue): number => {
    const next = byArn.get(queue.properties.RedrivePolicy?.deadLetterTargetArn ?? '')
    return next ? 1 + depth(next) : 0
  }
  return queues.toSorted((one, other) => depth(one) - depth(other))
}

type Options = {
  region: Place['region']
  /** Where messages are noted, so that they outlive the process. */
  file?: string
}

/** Starts SQS, in memory. Queue URLs carry the real address, so that they resolve without DNS. */
export const startQueues = async ({ region, file }: Options) => {
  const place = { region }
  const journal = createQueueJournal(file)
  const app = buildApp({ logger: false, defaultRegion: region })
  app.addHook('onSend', (request, reply, payload, next) => {
    if (reply.statusCode === 200) journal.note(request.headers['x-amz-target'], request.body, payload)
    next()
  })
  const url = await app.listen({ port: 0, host: '127.0.0.1' })
  const call = awsJson({ url, prefix: 'AmazonSQS', place })
  const queueUrl = (name: string) => `${url}/${localAccount}/${name}`

  return {
    url,
    call,
    queueUrl,
    /** Creates the queues of the template; visibility timeouts run `timeScale` times faster, but never under a second. */
    create: async (template: Template, timeScale: number) => {
      for (const queue of deadLettersFirst(template.ofType('AWS::SQS::Queue', queueSchema))) {
        await call('CreateQueue', { QueueName: queue.name, Attributes: attributesOf(queue, timeScale) })
      }
    },
    send: async (name: string, body: string) => {
      await call('SendMessage', { QueueUrl: queueUrl(name), MessageBody: body })
    },
    /** Puts the messages of earlier runs, which are still to be worked on, back into their queues. */
    restore: async () => {
      for (const { id, queue, ...message } of journal.earlier) {
        await call('SendMessage', { QueueUrl: queueUrl(queue), ...message })
        journal.done(id)
      }
    },
    delete: async (from: string, { MessageId, ReceiptHandle }: Pick<Message, 'MessageId' | 'ReceiptHandle'>) => {
      await call('DeleteMessage', { QueueUrl: from, ReceiptHandle })
      journal.done(MessageId)
    },
    close: async () => {
      app.server.closeAllConnections()
      await app.close()
    },
  }
}

export type Queues = Awaited<ReturnType<typeof startQueues>>
