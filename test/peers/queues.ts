import {
  CreateQueueCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  ReceiveMessageCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs'
import * as z from 'zod'
import { type Message, messageSchema } from '../../infra/local/sqs-event.ts'

/** Makes a queue; answers its ARN. */
export const makeQueue = async (sqs: SQSClient, name: string): Promise<string> => {
  const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: name }))
  const { Attributes } = await sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['QueueArn'] }))
  return Attributes?.QueueArn ?? ''
}

/** A queue of moto, by name: takes messages from it, and removes them. */
export const queueOf = async (sqs: SQSClient, name: string) => {
  const { QueueUrl: url } = await sqs.send(new GetQueueUrlCommand({ QueueName: name }))
  return {
    take: async (count: number): Promise<Message[]> => {
      const { Messages } = await sqs.send(
        new ReceiveMessageCommand({
          QueueUrl: url,
          MaxNumberOfMessages: Math.min(count, 10),
          MessageSystemAttributeNames: ['All'],
          MessageAttributeNames: ['All'],
        }),
      )
      return z.array(messageSchema).parse(Messages ?? [])
    },
    remove: async (messages: readonly Message[]): Promise<void> => {
      for (const { ReceiptHandle } of messages)
        await sqs.send(new DeleteMessageCommand({ QueueUrl: url, ReceiptHandle }))
    },
  }
}
