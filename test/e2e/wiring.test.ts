import { describe, expect, test } from 'vitest'
import { logicalOf, providerIds } from '../../infra/providers.ts'
import { at, ofType, resources, textAt } from '../helpers/packaged.ts'

const arn = (logicalId: string) => ({ 'Fn::GetAtt': [logicalId, 'Arn'] })

describe('queues', () => {
  test.each(providerIds)('%s has a queue, a dead-letter queue, and a function that reads each', (id) => {
    const all = resources()
    const queue = all[`${logicalOf(id)}Queue`]!.Properties
    const dead = all[`${logicalOf(id)}DeadLetterQueue`]!.Properties
    const mappings = ofType('AWS::Lambda::EventSourceMapping').map(([, { Properties }]) => Properties)
    const readers = (source: string) =>
      mappings.filter((mapping) => JSON.stringify(mapping['EventSourceArn']) === JSON.stringify(arn(source)))

    expect(queue['RedrivePolicy']).toEqual({
      deadLetterTargetArn: arn(`${logicalOf(id)}DeadLetterQueue`),
      maxReceiveCount: 5,
    })
    expect(dead).toMatchObject({ MessageRetentionPeriod: 1_209_600 })
    expect(readers(`${logicalOf(id)}Queue`).map((mapping) => mapping['FunctionName'])).toEqual([
      arn(`Invoker${logicalOf(id)}LambdaFunction`),
    ])
    expect(readers(`${logicalOf(id)}DeadLetterQueue`).map((mapping) => mapping['FunctionName'])).toEqual([
      arn('DeadLetterLambdaFunction'),
    ])
  })

  test('all lead somewhere when nothing can handle a message, but the last, which has a reader too', () => {
    const without = ofType('AWS::SQS::Queue').filter(([, { Properties }]) => !Properties['RedrivePolicy'])
    const readers = ofType('AWS::Lambda::EventSourceMapping').filter(
      ([, { Properties }]) => JSON.stringify(Properties['EventSourceArn']) === JSON.stringify(arn('UndeliveredQueue')),
    )

    expect(without.map(([id]) => id)).toEqual(['UndeliveredQueue'])
    expect(without[0]?.[1].Properties).toMatchObject({ MessageRetentionPeriod: 1_209_600 })
    expect(readers.map(([, { Properties }]) => Properties['FunctionName'])).toEqual([arn('DeadLetterLambdaFunction')])
  })

  test.each(ofType('AWS::Lambda::EventSourceMapping').map(([id, { Properties }]) => [id, Properties] as const))(
    '%s hides a message for six times the timeout of its function and reports failures one by one',
    (_, mapping) => {
      const all = resources()
      const queue = all[textAt(mapping, 'EventSourceArn', 'Fn::GetAtt', 0)]!.Properties
      const reader = all[textAt(mapping, 'FunctionName', 'Fn::GetAtt', 0)]!.Properties
      const window = Number(mapping['MaximumBatchingWindowInSeconds'] ?? 0)

      expect(Number(queue['VisibilityTimeout'])).toBeGreaterThanOrEqual(6 * Number(reader['Timeout']) + window)
      expect(mapping['FunctionResponseTypes']).toEqual(['ReportBatchItemFailures'])
      expect(Number(at(mapping, 'ScalingConfig', 'MaximumConcurrency'))).toBeGreaterThanOrEqual(2)
    },
  )
})

describe('events', () => {
  test.each(ofType('AWS::Events::Rule').map(([id, { Properties }]) => [id, Properties] as const))(
    '%s may call its function, it alone, and keeps what it cannot deliver',
    (id, rule) => {
      const targets = rule['Targets'] as Array<Record<string, unknown>>
      const permissions = ofType('AWS::Lambda::Permission')
        .map(([, { Properties }]) => Properties)
        .filter((permission) => JSON.stringify(permission['SourceArn']) === JSON.stringify(arn(id)))

      expect(targets).toEqual([
        { Id: 'function', Arn: permissions[0]!['FunctionName'], DeadLetterConfig: { Arn: arn('UndeliveredQueue') } },
      ])
      expect(permissions).toHaveLength(1)
      expect(permissions[0]).toMatchObject({ Principal: 'events.amazonaws.com' })
      // EventBridge does not send it to Lambda: with it the rule would match, and nothing would happen.
      expect(permissions[0]).not.toHaveProperty('SourceAccount')
    },
  )

  test('that could not be delivered are taken from these rules and this account only', () => {
    const statements = at(resources()['UndeliveredQueuePolicy']!.Properties, 'PolicyDocument', 'Statement')

    expect(statements).toEqual([
      {
        Effect: 'Allow',
        Principal: { Service: 'events.amazonaws.com' },
        Action: 'sqs:SendMessage',
        Resource: arn('UndeliveredQueue'),
        Condition: {
          ArnEquals: { 'aws:SourceArn': ofType('AWS::Events::Rule').map(([id]) => arn(id)) },
          StringEqualsIfExists: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } },
        },
      },
    ])
  })

  test('of the schedule reach the poller through a role that the scheduler may take', () => {
    const { Target } = resources()['PollerSchedule']!.Properties
    const role = resources()['PollerScheduleRole']!.Properties

    expect(Target).toMatchObject({
      Arn: arn('PollerLambdaFunction'),
      RoleArn: arn('PollerScheduleRole'),
      RetryPolicy: { MaximumEventAgeInSeconds: 60, MaximumRetryAttempts: 0 },
    })
    expect(at(role, 'AssumeRolePolicyDocument', 'Statement')).toEqual([
      {
        Effect: 'Allow',
        Principal: { Service: 'scheduler.amazonaws.com' },
        Action: 'sts:AssumeRole',
        Condition: {
          StringEquals: {
            'aws:SourceAccount': { Ref: 'AWS::AccountId' },
            'aws:SourceArn': { 'Fn::Sub': expect.stringContaining(':schedule-group/drover-dev') },
          },
        },
      },
    ])
    expect(at(role, 'Policies', 0, 'PolicyDocument', 'Statement')).toEqual([
      { Effect: 'Allow', Action: ['lambda:InvokeFunction'], Resource: [arn('PollerLambdaFunction')] },
      { Effect: 'Allow', Action: ['sqs:SendMessage'], Resource: [arn('UndeliveredQueue')] },
    ])
  })
})
