import {
  type EventBridgeClient,
  ListRulesCommand,
  ListTargetsByRuleCommand,
  PutTargetsCommand,
} from '@aws-sdk/client-eventbridge'
import {
  CreateQueueCommand,
  DeleteMessageCommand,
  GetQueueUrlCommand,
  ReceiveMessageCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs'
import * as z from 'zod'
import { type Message, messageSchema } from '../../infra/local/sqs-event.ts'

const nameIn = (arn: string): string => arn.slice(arn.lastIndexOf(':') + 1)

/** A queue of moto, by name: its address and how to take messages from it. */
export const queueOf = async (sqs: SQSClient, name: string) => {
  const { QueueUrl: url } = await sqs.send(new GetQueueUrlCommand({ QueueName: name }))
  return {
    name,
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
      for (const { ReceiptHandle } of messages) await sqs.send(new DeleteMessageCommand({ QueueUrl: url, ReceiptHandle }))
    },
  }
}

export type Queue = Awaited<ReturnType<typeof queueOf>>

/** Makes a queue; answers its ARN. */
export const makeQueue = async (sqs: SQSClient, name: string, functionArn: string): Promise<string> => {
  await sqs.send(new CreateQueueCommand({ QueueName: name }))
  return functionArn.replace(':lambda:', ':sqs:').replace(/:function:.*$/, `:${name}`)
}

/**
 * moto's rules cannot call functions. Each target that is a function becomes a queue, from which the test calls it; answers
 * the names of queues by the functions' ARNs. Which events a rule lets through is moto's judgement.
 */
export const redirectRules = async (events: EventBridgeClient, sqs: SQSClient, buses: readonly string[]) => {
  const queues = new Map<string, string>()
  for (const bus of buses) {
    const { Rules: rules = [] } = await events.send(new ListRulesCommand({ EventBusName: bus }))
    for (const { Name: rule } of rules) {
      const place = { Rule: rule, EventBusName: bus }
      const { Targets: targets = [] } = await events.send(new ListTargetsByRuleCommand(place))
      for (const { Id, Arn = '' } of targets.filter((target) => target.Arn?.includes(':lambda:'))) {
        const name = `events-for-${nameIn(Arn)}`
        const queueArn = await makeQueue(sqs, name, Arn)
        await events.send(new PutTargetsCommand({ ...place, Targets: [{ Id, Arn: queueArn }] }))
        queues.set(Arn, name)
      }
    }
  }
  return queues
}

export { nameIn }
