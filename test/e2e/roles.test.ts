import { describe, expect, test } from 'vitest'
import { logicalOf, providerIds } from '../../infra/providers.ts'
import { at, ofType, textAt, resources } from '../helpers/packaged.ts'

type Statement = { Effect: string; Action: string[]; Resource: unknown[]; Condition?: unknown }

const statementsOf = (role: string) =>
  (resources()[role]!.Properties['Policies'] as Array<{ PolicyDocument: { Statement: Statement[] } }>).flatMap(
    ({ PolicyDocument }) => PolicyDocument.Statement,
  )

const show = (resource: unknown): string => {
  const { 'Fn::GetAtt': attribute, 'Fn::Sub': text } = resource as { 'Fn::GetAtt'?: string[]; 'Fn::Sub'?: string }
  return (
    attribute?.[0] ??
    text?.replace('${Table.Arn}', 'Table').replace(/^arn:.*?:(?=parameter|log-group)/, '') ??
    String(resource)
  )
}

/** What a role may do, each action with what it may do it to. */
const grantsOf = (role: string) =>
  statementsOf(role)
    .flatMap(({ Action, Resource }) => Action.map((action) => [action, Resource.map(show)] as const))
    .filter(([action]) => !/^(logs|xray):/.test(action))
    .map(([action, on]) => `${action} ${on.join(' ')}`)

const each = (template: string) =>
  providerIds.map((id) => template.replace('?', id).replace('!', logicalOf(id))).join(' ')

const allQueues = each('!Queue')
const allCredentials = each('parameter/drover/dev/credentials/?/*')

describe('a role may do exactly', () => {
  test.each([
    [
      'IngestRole',
      [
        'dynamodb:GetItem Table',
        'dynamodb:PutItem Table',
        'dynamodb:Query Table',
        `sqs:SendMessage ${allQueues}`,
        'sqs:SendMessage UndeliveredQueue',
        'events:PutEvents EventBus',
        `ssm:GetParameter ${allCredentials}`,
      ],
    ],
    [
      'OperationsRole',
      [
        'dynamodb:GetItem Table',
        'dynamodb:PutItem Table',
        'dynamodb:Query Table',
        'dynamodb:Query Table/index/recent',
        `sqs:SendMessage ${allQueues}`,
        'events:PutEvents EventBus',
        `ssm:GetParameter ${allCredentials}`,
      ],
    ],
    [
      'PollerRole',
      [
        'dynamodb:GetItem Table',
        'dynamodb:PutItem Table',
        'dynamodb:Query Table',
        'dynamodb:UpdateItem Table',
        'dynamodb:Query Table/index/due',
        `sqs:SendMessage ${allQueues}`,
        'events:PutEvents EventBus',
        `ssm:GetParameter ${allCredentials}`,
      ],
    ],
    [
      'DeadLetterRole',
      [
        `sqs:ReceiveMessage ${each('!DeadLetterQueue')} UndeliveredQueue`,
        `sqs:DeleteMessage ${each('!DeadLetterQueue')} UndeliveredQueue`,
        `sqs:GetQueueAttributes ${each('!DeadLetterQueue')} UndeliveredQueue`,
        'dynamodb:GetItem Table',
        'dynamodb:PutItem Table',
      ],
    ],
  ])('%s: what its function does', (role, grants) => {
    expect(grantsOf(role)).toEqual(grants)
  })

  test.each(providerIds)('the invoker of %s: its own queue and its own credentials', (id) => {
    expect(grantsOf(`Invoker${logicalOf(id)}Role`)).toEqual([
      `sqs:ReceiveMessage ${logicalOf(id)}Queue`,
      `sqs:DeleteMessage ${logicalOf(id)}Queue`,
      `sqs:GetQueueAttributes ${logicalOf(id)}Queue`,
      'dynamodb:GetItem Table',
      'dynamodb:PutItem Table',
      'dynamodb:Query Table',
      `ssm:GetParameter parameter/drover/dev/credentials/${id}/*`,
    ])
  })
})

describe('every role', () => {
  const roles = ofType('AWS::IAM::Role').map(([id]) => id)

  test.each(roles)('%s names its actions one by one, and its resources', (role) => {
    for (const { Action, Resource } of statementsOf(role)) {
      expect(Action.filter((action) => action.includes('*'))).toEqual([])
      const everything = Resource.map(show).includes('*')
      expect(everything ? Action : []).toEqual(everything ? ['xray:PutTraceSegments', 'xray:PutTelemetryRecords'] : [])
    }
  })

  test.each(roles)('%s is taken by one service, and where it says for whom, for this account alone', (role) => {
    const [statement, ...more] = at(resources()[role]!.Properties, 'AssumeRolePolicyDocument', 'Statement') as unknown[]
    const service = textAt(statement, 'Principal', 'Service')
    const [equals, like] = service.startsWith('lambda')
      ? ['StringEqualsIfExists', 'ArnLikeIfExists']
      : ['StringEquals', 'StringEquals']

    expect(more).toEqual([])
    expect(at(statement, 'Condition', equals, 'aws:SourceAccount')).toEqual({ Ref: 'AWS::AccountId' })
    expect(textAt(statement, 'Condition', like, 'aws:SourceArn', 'Fn::Sub')).toContain(
      ':${AWS::Region}:${AWS::AccountId}:',
    )
  })

  test.each(roles.filter((role) => role !== 'PollerScheduleRole'))(
    '%s writes its own log and no other, and traces',
    (role) => {
      const logs = statementsOf(role).filter(({ Action }) => Action.some((action) => action.startsWith('logs:')))
      const [, owner] = ofType('AWS::Lambda::Function').find(
        ([, { Properties }]) => textAt(Properties, 'Role', 'Fn::GetAtt', 0) === role,
      )!

      expect(logs.flatMap(({ Resource }) => Resource.map(show))).toEqual([
        `log-group:/aws/lambda/${textAt(owner.Properties, 'FunctionName')}:*`,
      ])
      expect(statementsOf(role)).toContainEqual({
        Effect: 'Allow',
        Action: ['xray:PutTraceSegments', 'xray:PutTelemetryRecords'],
        Resource: ['*'],
      })
    },
  )

  test('that publishes does so in the name of Drover only', () => {
    const publishing = roles.flatMap(statementsOf).filter(({ Action }) => Action.includes('events:PutEvents'))

    expect(publishing).toHaveLength(3)
    for (const { Condition } of publishing) {
      expect(Condition).toEqual({ StringEquals: { 'events:source': 'drover' } })
    }
  })
})
