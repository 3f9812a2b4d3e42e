import { setTimeout as sleep } from 'node:timers/promises'
import { join } from 'node:path'
import { EventBridgeClient, PutRuleCommand, PutTargetsCommand } from '@aws-sdk/client-eventbridge'
import { SQSClient } from '@aws-sdk/client-sqs'
import { PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm'
import { httpEvent, httpReply } from '../../infra/local/http-event.ts'
import { createFunction, type LocalFunction } from '../../infra/local/lambda.ts'
import { sqsEvent, succeeded } from '../../infra/local/sqs-event.ts'
import type { JobChange, OperationChange } from '../../lib/domain/events.ts'
import type { OperationView } from '../helpers/api-client.ts'
import { root } from '../helpers/packaged.ts'
import { place } from '../helpers/template.ts'
import type { startSites } from './clouds.ts'
import { makeQueue, nameIn, queueOf, redirectRules } from './deliveries.ts'
import { clientVariables, type DeployedStack, region } from './deployed.ts'

const CONCURRENCY = 10

type Sites = Awaited<ReturnType<typeof startSites>>

/** What a consumer gets of Drover's bus. */
export type Received = { id: string; source: string; 'detail-type': string; detail: OperationChange | JobChange }

export const clientsOf = ({ endpoint }: Pick<DeployedStack, 'endpoint'>) => {
  const settings = { endpoint, region, credentials: { accessKeyId: 'test', secretAccessKey: 'test' } }
  return { sqs: new SQSClient(settings), events: new EventBridgeClient(settings), ssm: new SSMClient(settings) }
}

/**
 * The packaged functions with the environment that moto's CloudFormation gave them, as in a deployment: no local settings,
 * the providers' own hosts, credentials from the Parameter Store. What moto's Lambda does not do, this does: event source
 * mappings and rules' calls.
 */
export const startSystem = async (stack: DeployedStack, sites: Sites) => {
  const clients = clientsOf(stack)
  const { sqs, events, ssm } = clients
  const bus = stack.outputs['EventBusName']!
  const logs: string[] = []

  const environmentOf = (name: string, own: Readonly<Record<string, string>>) => ({
    ...clientVariables(stack),
    ...sites.variables,
    AWS_LAMBDA_FUNCTION_NAME: name,
    ...Object.fromEntries(
      Object.entries(own).map(([variable, value]) => [
        variable,
        // The SDK sends to the host of a queue's URL, whatever its endpoint is.
        variable.startsWith('QUEUE_URL_') ? `${stack.endpoint}${new URL(value).pathname}` : value,
      ]),
    ),
  })
  const functions = new Map<string, LocalFunction>()
  for (const [name, { arn, handler, timeout, environment }] of Object.entries(stack.functions)) {
    const [file = '', exportName = ''] = handler.split(/\.(?=\w+$)/)
    const local = createFunction({
      module: new URL('function.ts', import.meta.url).href,
      exportName,
      functionName: name,
      env: { ...environmentOf(name, environment), LOCAL_FUNCTION_ARN: arn, PEERS_HANDLER: join(root, `${file}.mjs`) },
      timeoutSeconds: timeout,
      concurrency: CONCURRENCY,
      onLog: (text) => void logs.push(text),
    })
    functions.set(arn, local)
  }
  const functionOf = (suffix: string): LocalFunction => [...functions.values()].find(({ name }) => name.endsWith(`-${suffix}`))!

  const consumer = await makeQueue(sqs, 'consumer', functionOf('ingest').arn)
  await events.send(new PutRuleCommand({ Name: 'all', EventBusName: bus, EventPattern: '{"source":["drover"]}' }))
  await events.send(new PutTargetsCommand({ Rule: 'all', EventBusName: bus, Targets: [{ Id: 'consumer', Arn: consumer }] }))
  const received = await queueOf(sqs, 'consumer')

  const redirected = await redirectRules(events, sqs, ['default', bus])
  const called = await Promise.all(
    [...redirected].map(async ([arn, name]) => ({ queue: await queueOf(sqs, name), local: functions.get(arn)! })),
  )
  const mapped = await Promise.all(
    stack.mappings.map(async ({ queueArn, functionArn, batchSize }) => ({
      queue: await queueOf(sqs, nameIn(queueArn)),
      arn: queueArn,
      local: functions.get(functionArn)!,
      batchSize,
    })),
  )

  const failed: string[] = []
  const call = async (local: LocalFunction, event: unknown): Promise<string> => {
    const outcome = await local.invoke(typeof event === 'string' ? event : JSON.stringify(event))
    if (outcome?.ok) return outcome.payload
    failed.push(`${local.name}: ${JSON.stringify(outcome?.error)}`)
    return 'null'
  }
  const atWork = new Set<Promise<unknown>>()
  const start = (work: Promise<unknown>) => {
    atWork.add(work)
    void work.finally(() => atWork.delete(work))
  }

  /** One look at every queue that a function is to be called for. */
  const deliver = async (): Promise<void> => {
    for (const { queue, arn, local, batchSize } of mapped) {
      const messages = await queue.take(batchSize)
      if (messages.length === 0) continue
      const payload = await call(local, sqsEvent(messages, { arn, region }))
      await queue.remove(succeeded(messages, payload))
    }
    for (const { queue, local } of called) {
      const messages = await queue.take(10)
      for (const { Body } of messages) start(call(local, Body))
      await queue.remove(messages)
    }
  }

  const request = async (method: string, target: string, body?: unknown, headers: Record<string, string> = {}) => {
    const path = target.split('?')[0]!
    const [, operationId, rest] = /^\/v1\/operations\/([^/]+)(\/\w+)?$/.exec(path) ?? []
    const key = `${method} ${operationId === undefined ? path : `/v1/operations/{operationId}${rest ?? ''}`}`
    const event = httpEvent(
      {
        method,
        target,
        headers: { 'content-type': 'application/json', ...headers },
        body: Buffer.from(body === undefined ? '' : JSON.stringify(body)),
        sourceIp: '127.0.0.1',
      },
      { key, parameters: operationId === undefined ? {} : { operationId } },
      place,
    )
    const local = functionOf(key === 'POST /v1/operations' ? 'ingest' : 'operations')
    const reply = httpReply(await call(local, event))
    return { status: reply?.status ?? 0, body: JSON.parse(String(reply?.body ?? 'null')) as OperationView }
  }

  return {
    ...clients,
    bus,
    functionOf,
    call,
    request,
    deliver,
    mappingTo: (local: LocalFunction) => mapped.find((mapping) => mapping.local === local)!,
    /** Delivers what there is to deliver until the operation has ended. */
    ended: async (operationId: string): Promise<OperationView> => {
      const until = Date.now() + 60_000
      for (;;) {
        await deliver()
        const { body } = await request('GET', `/v1/operations/${operationId}`)
        if (body.endedAt !== null) return body
        if (Date.now() > until) throw new Error(`${operationId} is open: ${JSON.stringify({ body, failed, logs })}`)
        await sleep(200)
      }
    },
    /** Every event that a rule has put into the consumer's queue, once all functions are done. */
    received: async (): Promise<Received[]> => {
      await Promise.all(atWork)
      const found: Received[] = []
      for (;;) {
        const messages = await received.take(10)
        if (messages.length === 0) return found
        found.push(...messages.map(({ Body }) => JSON.parse(Body) as Received))
        await received.remove(messages)
      }
    },
    keepCredentials: async (provider: string, account: string, credentials: object) =>
      ssm.send(
        new PutParameterCommand({
          Name: `/drover/dev/credentials/${provider}/${account}`,
          Type: 'SecureString',
          Value: JSON.stringify(credentials),
        }),
      ),
    /** Invocations that threw or ran out of time. */
    failed: () => failed,
    logs: () => logs.join(''),
    close: async () => {
      await Promise.all([...functions.values()].map((local) => local.close()))
      for (const client of Object.values(clients)) client.destroy()
    },
  }
}

export type System = Awaited<ReturnType<typeof startSystem>>
