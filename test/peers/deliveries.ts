import { ListRulesCommand, ListTargetsByRuleCommand, PutTargetsCommand } from '@aws-sdk/client-eventbridge'
import { sqsEvent, succeeded } from '../../infra/local/sqs-event.ts'
import { type clientsOf, type DeployedStack, region } from './deployed.ts'
import type { Functions } from './functions.ts'
import { makeQueue, queueOf } from './queues.ts'

type Clients = ReturnType<typeof clientsOf>

/** The last part of an ARN. */
const nameIn = (arn: string): string => arn.slice(arn.lastIndexOf(':') + 1)

/**
 * moto's rules cannot call functions. Each target that is a function becomes a queue, from which the test calls it; answers
 * the names of queues by the functions' ARNs. Which events a rule lets through is moto's judgement.
 */
const redirectRules = async ({ events, sqs }: Clients, buses: readonly string[]): Promise<Map<string, string>> => {
  const queues = new Map<string, string>()
  for (const bus of buses) {
    const { Rules: rules = [] } = await events.send(new ListRulesCommand({ EventBusName: bus }))
    for (const { Name: rule } of rules) {
      const place = { Rule: rule, EventBusName: bus }
      const { Targets: targets = [] } = await events.send(new ListTargetsByRuleCommand(place))
      for (const { Id, Arn = '' } of targets.filter((target) => target.Arn?.includes(':lambda:'))) {
        const name = `events-for-${nameIn(Arn)}`
        const queueArn = await makeQueue(sqs, name)
        await events.send(new PutTargetsCommand({ ...place, Targets: [{ Id, Arn: queueArn }] }))
        queues.set(Arn, name)
      }
    }
  }
  return queues
}

/** What calls the functions of a deployment: the event source mappings that moto was given, and its rules. */
export const startDeliveries = async (stack: DeployedStack, clients: Clients, functions: Functions) => {
  const redirected = await redirectRules(clients, ['default', stack.outputs['EventBusName']!])
  const called = await Promise.all(
    [...redirected].map(async ([arn, name]) => ({
      queue: await queueOf(clients.sqs, name),
      local: functions.find(arn),
    })),
  )
  const mapped = await Promise.all(
    stack.mappings.map(async ({ queueArn: arn, functionArn, batchSize }) => ({
      queue: await queueOf(clients.sqs, nameIn(arn)),
      local: functions.find(functionArn),
      arn,
      batchSize,
    })),
  )
  const atWork = new Set<Promise<unknown>>()

  return {
    mappingTo: (name: string) => mapped.find(({ local }) => local === functions.find(name))!,
    /** One look at every queue that a function is to be called for. What a rule calls works on by itself. */
    deliver: async (): Promise<void> => {
      for (const { queue, arn, local, batchSize } of mapped) {
        const messages = await queue.take(batchSize)
        if (messages.length === 0) continue
        const payload = await functions.call(local, JSON.stringify(sqsEvent(messages, { arn, region })))
        await queue.remove(succeeded(messages, payload))
      }
      for (const { queue, local } of called) {
        const messages = await queue.take(10)
        for (const { Body } of messages) {
          const work = functions.call(local, Body)
          atWork.add(work)
          void work.finally(() => atWork.delete(work))
        }
        await queue.remove(messages)
      }
    },
    /** Resolves when no function works any more. */
    idle: async (): Promise<void> => {
      await Promise.all(atWork)
    },
  }
}
