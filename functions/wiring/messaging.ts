import { EventBridgeClient } from '@aws-sdk/client-eventbridge'
import { SQSClient } from '@aws-sdk/client-sqs'
import { createBus } from '../../lib/aws/bus.ts'
import { clientLimits } from '../../lib/aws/client-limits.ts'
import { createDispatcher } from '../../lib/aws/queue.ts'
import type { Refusal } from '../../lib/aws/refusal.ts'
import { variableOf } from '../../lib/lambda/environment.ts'
import type { Core } from './core.ts'

/** The core, and what a function that sends batches to their invokers and tells others of changes needs beside it. */
export const withMessaging = <C extends Core>(core: C) => {
  const { env, variables, log, metrics } = core
  const refused = (what: string) => (refusal: Refusal) => {
    log.warn('not taken by the platform', { what, ...refusal })
    metrics.count('PlatformRefusals', refusal.count)
  }
  const queueUrlOf = (provider: string) => {
    const name = `QUEUE_URL_${variableOf(provider)}`
    const url = variables[name]
    if (url === undefined) throw new Error(`environment: ${name} is missing`)
    return url
  }
  const sqs = new SQSClient(clientLimits(5_000))
  const eventbridge = new EventBridgeClient(clientLimits(5_000))
  return {
    ...core,
    dispatcher: createDispatcher({ client: sqs, queueUrlOf, onRefusal: refused('messages') }),
    bus: createBus({ client: eventbridge, busName: env.EVENT_BUS_NAME, onRefusal: refused('events') }),
  }
}
