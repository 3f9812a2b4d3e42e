import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { arnOf } from '../../infra/references.ts'
import { publishingRoles } from '../../infra/bus-policy.ts'
import { readTemplate } from '../../infra/local/template.ts'
import { at, ofType, resources, textAt } from '../helpers/packaged.ts'
import { packageStage, type Packaged } from '../helpers/packaging.ts'
import { place } from '../helpers/template.ts'
import { findingsOf } from '../helpers/validated.ts'

type Template = { Resources: Record<string, { Type: string; Properties: Record<string, unknown> }> }

const all = {
  alarmEmail: 'ops@example.org',
  requestAccounts: '111122223333, 444455556666',
  jwtIssuer: 'https://login.example.org/',
  jwtAudience: 'drover,drover-cli',
  throttleRate: '50',
  throttleBurst: '100',
  reserveConcurrency: 'false',
}

describe('a production stage with every parameter', () => {
  let packaged: Packaged
  let prod: Template['Resources']
  beforeAll(async () => {
    packaged = await packageStage('prod', all)
    prod = (JSON.parse(packaged.text) as Template).Resources
  })
  afterAll(() => packaged.close())

  const properties = (id: string) => prod[id]!.Properties
  const typed = (type: string) => Object.values(prod).filter(({ Type }) => Type === type)

  test('passes the offline validator, warnings being failures', () => {
    expect(findingsOf(packaged.file).filter(({ ruleId }) => ruleId !== 'W3005')).toEqual([])
  })

  test('has everything that the stage without parameters has', () => {
    expect(Object.keys(resources()).filter((id) => !(id in prod))).toEqual([])
  })

  test('is understood by the embedded stack', () => {
    expect(() => readTemplate(JSON.parse(packaged.text), place)).not.toThrow()
  })

  test('asks for a token of the issuer on every route', () => {
    const routes = typed('AWS::ApiGatewayV2::Route')

    expect(routes.length).toBeGreaterThan(0)
    for (const { Properties } of routes) {
      expect(Properties).toMatchObject({ AuthorizationType: 'JWT', AuthorizerId: { Ref: 'HttpApiAuthorizerJwt' } })
    }
    expect(properties('HttpApiAuthorizerJwt')).toMatchObject({
      AuthorizerType: 'JWT',
      IdentitySource: ['$request.header.Authorization'],
      JwtConfiguration: { Issuer: 'https://login.example.org/', Audience: ['drover', 'drover-cli'] },
    })
  })

  test('throttles as told, sends alarms by mail, keeps logs for a year and its table from being deleted', () => {
    expect(properties('HttpApiStage')['DefaultRouteSettings']).toMatchObject({
      ThrottlingRateLimit: 50,
      ThrottlingBurstLimit: 100,
    })
    expect(properties('AlarmEmail')).toEqual({
      TopicArn: { Ref: 'AlarmTopic' },
      Protocol: 'email',
      Endpoint: 'ops@example.org',
    })
    expect(properties('IngestLogGroup')['RetentionInDays']).toBe(365)
    expect(properties('EventArchive')['RetentionDays']).toBe(365)
    expect(properties('Table')['DeletionProtectionEnabled']).toBe(true)
  })

  test('reserves nothing where the account has nothing to reserve', () => {
    expect(properties('PollerLambdaFunction')).not.toHaveProperty('ReservedConcurrentExecutions')
  })

  test('takes requests, and nothing else, from the accounts that it names', () => {
    expect(at(properties('BusPolicyRequests'), 'Statement')).toMatchObject({
      Effect: 'Allow',
      Principal: {
        AWS: [
          { 'Fn::Sub': 'arn:${AWS::Partition}:iam::111122223333:root' },
          { 'Fn::Sub': 'arn:${AWS::Partition}:iam::444455556666:root' },
        ],
      },
      Action: 'events:PutEvents',
      Condition: { StringEquals: { 'events:detail-type': 'Node Operation Requested' } },
    })
  })
})

describe('the policy of the bus', () => {
  test('lets this account in, and no other where none is named', () => {
    const statements = ofType('AWS::Events::EventBusPolicy').map(([, { Properties }]) => Properties['Statement'])
    const allowed = statements.filter((statement) => at(statement, 'Effect') === 'Allow')

    expect(allowed.map((statement) => at(statement, 'Principal'))).toEqual([
      { AWS: { 'Fn::Sub': 'arn:${AWS::Partition}:iam::${AWS::AccountId}:root' } },
    ])
  })

  test('lets nobody speak in the name of Drover but the functions that publish', () => {
    const publishing = ofType('AWS::IAM::Role').filter(([, { Properties }]) =>
      JSON.stringify(Properties['Policies']).includes('events:PutEvents'),
    )

    expect(publishing.map(([id]) => id).toSorted()).toEqual(publishingRoles.toSorted())
    expect(resources()['BusPolicyOnlyDrover']!.Properties['Statement']).toEqual({
      Sid: 'OnlyDroverSpeaksForDrover',
      Effect: 'Deny',
      Principal: '*',
      Action: 'events:PutEvents',
      Resource: arnOf('EventBus'),
      Condition: {
        StringEquals: { 'events:source': 'drover' },
        ArnNotEquals: { 'aws:PrincipalArn': publishingRoles.map(arnOf) },
      },
    })
  })

  test('is written statement by statement: at the same time they would be refused', () => {
    const policies = ofType('AWS::Events::EventBusPolicy') as Array<[string, { DependsOn?: string[] }]>

    expect(policies.map(([, { DependsOn }]) => DependsOn)).toEqual([undefined, ['BusPolicyThisAccount']])
  })
})

describe('a stage of the longest name', () => {
  const longest = 'a'.repeat(20)

  // Each service's own limit, from the reference of its resource type.
  test.each([
    ['AWS::Lambda::Function', 'FunctionName', 64],
    ['AWS::SQS::Queue', 'QueueName', 80],
    ['AWS::DynamoDB::Table', 'TableName', 255],
    ['AWS::Events::EventBus', 'Name', 256],
    ['AWS::Events::Rule', 'Name', 64],
    ['AWS::Events::Archive', 'ArchiveName', 48],
    ['AWS::Scheduler::Schedule', 'Name', 64],
    ['AWS::Scheduler::ScheduleGroup', 'Name', 64],
    ['AWS::CloudWatch::Alarm', 'AlarmName', 255],
    ['AWS::CloudWatch::Dashboard', 'DashboardName', 255],
    ['AWS::SNS::Topic', 'TopicName', 256],
    ['AWS::KMS::Alias', 'AliasName', 256],
    ['AWS::Logs::LogGroup', 'LogGroupName', 512],
    ['AWS::ApiGatewayV2::Api', 'Name', 128],
  ])('has names for %s that are short enough', (type, property, most) => {
    const names = ofType(type).map(([, { Properties }]) => textAt(Properties, property).replaceAll('dev', longest))

    expect(names.length).toBeGreaterThan(0)
    expect(names.filter((name) => name.length > most)).toEqual([])
  })
})

test('a stage with a parameter that is wrong is not packaged, and says which', async () => {
  await expect(packageStage('dev', { alarmEmail: 'nobody' })).rejects.toThrow('parameter alarmEmail')
})
