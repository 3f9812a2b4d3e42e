import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { logicalOf, providerIds, variableOf } from '../../infra/providers.ts'
import { at, filesInZip, ofType, root, textAt, resources, templateFile } from '../helpers/packaged.ts'
import { findingsOf } from '../helpers/validated.ts'

const arn = (logicalId: string) => ({ 'Fn::GetAtt': [logicalId, 'Arn'] })

const names = new Map(
  ofType('AWS::Lambda::Function').map(([id, { Properties }]) => [id, textAt(Properties, 'FunctionName')]),
)

describe('the packaged template', () => {
  test('passes the offline validator, warnings being failures', () => {
    const findings = findingsOf(templateFile)

    // W3005: a DependsOn that a reference implies already. They are osls's own.
    expect(findings.filter(({ ruleId }) => ruleId !== 'W3005')).toEqual([])
  })

  test('has nothing of this machine in it', () => {
    const text = JSON.stringify(resources())

    expect(text).not.toContain('DROVER_LOCAL')
    expect(text).not.toContain('PROVIDER_ENDPOINT')
    expect(text).not.toContain('127.0.0.1')
  })
})

describe('functions', () => {
  test('are five, the invoker once per provider', () => {
    const invokers = providerIds.map((id) => `drover-dev-invoker-${id}`)

    expect([...names.values()].toSorted()).toEqual(
      [
        ...invokers,
        'drover-dev-dead-letter',
        'drover-dev-ingest',
        'drover-dev-operations',
        'drover-dev-poller',
      ].toSorted(),
    )
  })

  test.each([...names])('%s has a role that no other function has, and runs on arm64 and Node 24', (id) => {
    const { Properties } = resources()[id]!
    const role = JSON.stringify(Properties['Role'])
    const sharing = ofType('AWS::Lambda::Function').filter(
      ([, other]) => JSON.stringify(other.Properties['Role']) === role,
    )

    expect(sharing.map(([other]) => other)).toEqual([id])
    expect(Properties).toMatchObject({ Runtime: 'nodejs24.x', Architectures: ['arm64'] })
  })

  test.each([...names])('%s has an archive with its own bundle and nothing else', (id) => {
    const { Properties } = resources()[id]!
    const folder = textAt(Properties, 'Handler').replace(/handler\.handler$/, '')
    const archive = textAt(Properties, 'Code', 'S3Key').split('/').at(-1)!

    const files = filesInZip(`.serverless/${archive}`)

    expect(files).toContain(`${folder}handler.mjs`)
    expect(files.filter((file) => !file.startsWith(folder) || !/\.(mjs|json)$/.test(file))).toEqual([])
  })

  test('that send batches know the queue of every provider', () => {
    const queues = Object.fromEntries(
      providerIds.map((id) => [`QUEUE_URL_${variableOf(id)}`, { Ref: `${logicalOf(id)}Queue` }]),
    )

    for (const id of ['Ingest', 'Operations', 'Poller']) {
      expect(at(resources()[`${id}LambdaFunction`]!.Properties, 'Environment', 'Variables')).toEqual({
        DROVER_STAGE: 'dev',
        LOG_LEVEL: 'info',
        TABLE_NAME: { Ref: 'Table' },
        EVENT_BUS_NAME: { Ref: 'EventBus' },
        ...queues,
      })
    }
  })

  test('do not repeat a run of the poller: the next minute brings the next one', () => {
    expect(resources()['PollerLambdaEvConf']!.Properties).toMatchObject({
      MaximumRetryAttempts: 0,
      MaximumEventAgeInSeconds: 60,
    })
    expect(resources()['PollerLambdaFunction']!.Properties).toMatchObject({
      ReservedConcurrentExecutions: 2,
      Timeout: 180,
    })
  })

  test('keep an event that ingest could not handle, or not within half an hour', () => {
    expect(resources()['IngestLambdaEvConf']!.Properties).toMatchObject({
      MaximumEventAgeInSeconds: 1800,
      DestinationConfig: { OnFailure: { Destination: arn('UndeliveredQueue') } },
    })
  })
})

describe('the HTTP API', () => {
  test('asks for IAM on every route', () => {
    const routes = ofType('AWS::ApiGatewayV2::Route').map(([, { Properties }]) => Properties)

    expect(routes.map((route) => route['RouteKey'])).toEqual(
      expect.arrayContaining(['POST /v1/operations', 'GET /v1/operations/{operationId}', 'GET /health']),
    )
    expect(routes.filter((route) => route['AuthorizationType'] !== 'AWS_IAM')).toEqual([])
  })

  test('is throttled, and logs as JSON who called what, and nothing that may be secret', () => {
    const stage = resources()['HttpApiStage']!.Properties
    const format = JSON.parse(textAt(stage, 'AccessLogSettings', 'Format')) as Record<string, string>

    expect(stage['DefaultRouteSettings']).toMatchObject({ ThrottlingRateLimit: 20, ThrottlingBurstLimit: 40 })
    expect(format).toMatchObject({ route: '$context.routeKey', principal: '$context.identity.userArn' })
    expect(Object.values(format).filter((value) => !value.startsWith('$context.'))).toEqual([])
    expect(JSON.stringify(format)).not.toMatch(/header|querystring|body|apiKey|accessKey/i)
  })
})

describe('everything', () => {
  test.each(ofType('AWS::Logs::LogGroup').map(([id, { Properties }]) => [id, Properties] as const))(
    '%s forgets after 30 days',
    (_, group) => {
      expect(group['RetentionInDays']).toBe(30)
    },
  )

  test('that a function says is kept in a log group of the stack', () => {
    const groups = ofType('AWS::Logs::LogGroup').map(([, { Properties }]) => Properties['LogGroupName'])

    expect(groups).toEqual(expect.arrayContaining([...names.values()].map((name) => `/aws/lambda/${name}`)))
    expect(groups).toContain('/aws/http-api/drover-dev')
  })

  test.each([...names])('%s is traced', (id) => {
    expect(resources()[id]!.Properties['TracingConfig']).toEqual({ Mode: 'Active' })
  })

  test.each(ofType('AWS::SQS::Queue').map(([id, { Properties }]) => [id, Properties] as const))(
    '%s is encrypted and keeps its messages for four days at least',
    (_, queue) => {
      expect(queue['SqsManagedSseEnabled']).toBe(true)
      expect(Number(queue['MessageRetentionPeriod'])).toBeGreaterThanOrEqual(4 * 86_400)
    },
  )

  test('that the ledger holds is encrypted, can be restored to any second, and stays when the stack goes', () => {
    const table = resources()['Table']!

    expect(table).toMatchObject({ DeletionPolicy: 'Retain', UpdateReplacePolicy: 'Retain' })
    expect(table.Properties).toMatchObject({
      SSESpecification: { SSEEnabled: true },
      PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
      TimeToLiveSpecification: { AttributeName: 'expiresAt', Enabled: true },
    })
  })

  test('is tagged: CloudFormation hands the tags of the stack on to whatever can have tags', () => {
    const state = JSON.parse(readFileSync(join(root, '.serverless/serverless-state.json'), 'utf8')) as unknown

    expect(at(state, 'service', 'provider', 'stackTags')).toEqual({ application: 'drover', stage: 'dev' })
  })
})

test('other stacks can import the table, the bus, the API, the topic, and every queue', () => {
  const { Outputs } = JSON.parse(readFileSync(templateFile, 'utf8')) as {
    Outputs: Record<string, { Export: { Name: string } }>
  }
  const exported = Object.values(Outputs).map((output) => output.Export.Name)

  expect(exported).toEqual(
    expect.arrayContaining([
      'drover-dev-table',
      'drover-dev-bus',
      'drover-dev-bus-arn',
      'drover-dev-api-endpoint',
      'drover-dev-api-arn',
      'drover-dev-ingest-arn',
      'drover-dev-alarm-topic-arn',
      'drover-dev-undelivered-queue-arn',
      ...providerIds.flatMap((id) => [`drover-dev-queue-${id}-arn`, `drover-dev-dead-letter-queue-${id}-arn`]),
    ]),
  )
})
