import { RegoEngine, TemplateFile } from '@aws/cloudformation-validate'
import { describe, expect, test } from 'vitest'
import { logicalOf, providerIds, variableOf } from '../../infra/providers.ts'
import { at, filesInZip, ofType, textAt, resources, templateFile } from '../helpers/packaged.ts'

const arn = (logicalId: string) => ({ 'Fn::GetAtt': [logicalId, 'Arn'] })

const names = new Map(
  ofType('AWS::Lambda::Function').map(([id, { Properties }]) => [id, textAt(Properties, 'FunctionName')]),
)

describe('the packaged template', () => {
  test('passes the offline validator, warnings being failures', () => {
    const engine = new RegoEngine()

    const { diagnostics } = engine.validateStandard(new TemplateFile(templateFile))
    engine.free()

    // W3005: a DependsOn that a reference implies already. They are osls's own.
    const found = diagnostics.filter(({ severity, ruleId }) => severity !== 'INFO' && ruleId !== 'W3005')
    expect(found).toEqual([])
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

  test('keep an event that ingest could not handle', () => {
    expect(resources()['IngestLambdaEvConf']!.Properties['DestinationConfig']).toEqual({
      OnFailure: { Destination: arn('UndeliveredQueue') },
    })
  })
})

test('every route asks for IAM', () => {
  const open = ofType('AWS::ApiGatewayV2::Route').filter(
    ([, { Properties }]) => textAt(Properties, 'AuthorizationType') !== 'AWS_IAM',
  )

  expect(ofType('AWS::ApiGatewayV2::Route')).toHaveLength(9)
  expect(open).toEqual([])
})
