import { GetQueueAttributesCommand } from '@aws-sdk/client-sqs'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { providerIds, variableOf } from '../../infra/providers.ts'
import { ofType, resources } from '../helpers/packaged.ts'
import { clientsOf, deployToMoto, type DeployedStack, region } from './deployed.ts'

/** Types of resources that moto's CloudFormation passes over. Nobody but cfn-lint and the template tests judges these. */
const unknownToMoto = [
  'AWS::ApiGatewayV2::Api',
  'AWS::ApiGatewayV2::Integration',
  'AWS::ApiGatewayV2::Route',
  'AWS::ApiGatewayV2::Stage',
  'AWS::CloudWatch::Alarm',
  'AWS::Events::EventBusPolicy',
  'AWS::Lambda::EventInvokeConfig',
  'AWS::S3::BucketPolicy',
  'AWS::SNS::TopicPolicy',
  'AWS::SQS::QueuePolicy',
  'AWS::Scheduler::Schedule',
  'AWS::Scheduler::ScheduleGroup',
]

let stack: DeployedStack
let clients: ReturnType<typeof clientsOf>

beforeAll(async () => {
  stack = await deployToMoto()
  clients = clientsOf(stack)
})
afterAll(async () => {
  for (const client of Object.values(clients ?? {})) client.destroy()
  await stack?.close()
})

const functionOf = (suffix: string) => Object.entries(stack.functions).find(([name]) => name.endsWith(`-${suffix}`))![1]

test('the stack comes about, with every resource but those of types that moto does not know', () => {
  const missing = Object.entries(resources()).filter(([id]) => !(id in stack.resources))

  expect(stack.status).toBe('UPDATE_COMPLETE')
  expect(missing.map(([id]) => id).toSorted()).toEqual(
    unknownToMoto.flatMap((type) => ofType(type).map(([id]) => id)).toSorted(),
  )
})

test('every function gets its variables as texts, the queue of every provider among them', async () => {
  const { QUEUE_URL_OTC_ECS: url, ...environment } = functionOf('ingest').environment

  expect(environment).toMatchObject({
    TABLE_NAME: stack.outputs['TableName'],
    EVENT_BUS_NAME: stack.outputs['EventBusName'],
  })
  expect(url).toMatch(/\/drover-dev-otc-ecs$/)
  for (const name of ['ingest', 'operations', 'poller']) {
    const variables = functionOf(name).environment
    expect(Object.keys(variables)).toEqual(
      expect.arrayContaining(providerIds.map((id) => `QUEUE_URL_${variableOf(id)}`)),
    )
    for (const value of Object.values(variables)) expect(value).toMatch(/^[\w./:-]+$/)
  }
})

test('every queue of a provider feeds its invoker; its dead-letter queue and the last one of all feed the function for those', () => {
  const fed = stack.mappings.map(({ queueArn, functionArn, responses, state }) => {
    const names = [queueArn, functionArn].map((arn) => arn.slice(arn.lastIndexOf(':') + 1))
    return [...names, state, ...responses].join(' ')
  })

  const expected = providerIds.flatMap((id) => [
    `drover-dev-${id} drover-dev-invoker-${id} Enabled ReportBatchItemFailures`,
    `drover-dev-${id}-dead-letter drover-dev-dead-letter Enabled ReportBatchItemFailures`,
  ])
  expected.push('drover-dev-undelivered drover-dev-dead-letter Enabled ReportBatchItemFailures')
  expect(fed.toSorted()).toEqual(expected.toSorted())
})

test.each(providerIds)('a message for %s that nobody can handle goes on to the dead-letter queue', async (id) => {
  const { Attributes: attributes } = await clients.sqs.send(
    new GetQueueAttributesCommand({
      QueueUrl: `${stack.endpoint}/123456789012/drover-dev-${id}`,
      AttributeNames: ['All'],
    }),
  )

  expect(JSON.parse(attributes?.RedrivePolicy ?? '{}')).toMatchObject({
    deadLetterTargetArn: `arn:aws:sqs:${region}:123456789012:drover-dev-${id}-dead-letter`,
  })
  expect(Number(attributes?.VisibilityTimeout)).toBeGreaterThanOrEqual(6 * functionOf(`invoker-${id}`).timeout)
})
