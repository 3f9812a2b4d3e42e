import { PutRuleCommand, PutTargetsCommand } from '@aws-sdk/client-eventbridge'
import type { JobChange, OperationChange } from '../../lib/domain/events.ts'
import type { clientsOf } from './deployed.ts'
import { makeQueue, queueOf } from './queues.ts'

/** An event of Drover's, as a rule with a queue delivers it. */
type Received = { source: string; 'detail-type': string; detail: OperationChange | JobChange }

/** Somebody who wants every event of Drover's: a rule of their own on its bus, and a queue. */
export const startConsumer = async ({ events, sqs }: ReturnType<typeof clientsOf>, bus: string) => {
  const rule = 'everything-of-drover'
  const Arn = await makeQueue(sqs, rule)
  await events.send(new PutRuleCommand({ Name: rule, EventBusName: bus, EventPattern: '{"source":["drover"]}' }))
  await events.send(new PutTargetsCommand({ Rule: rule, EventBusName: bus, Targets: [{ Id: 'queue', Arn }] }))
  const queue = await queueOf(sqs, rule)

  return {
    /** What has come since the last time. */
    received: async (): Promise<Received[]> => {
      const found: Received[] = []
      for (;;) {
        const messages = await queue.take(10)
        if (messages.length === 0) return found
        found.push(...messages.map(({ Body }) => JSON.parse(Body) as Received))
        await queue.remove(messages)
      }
    },
  }
}
