import { describe, expect, test } from 'vitest'
import { functionNames } from '../../infra/function-names.ts'
import { metricNames } from '../../lib/domain/metrics.ts'
import { providerIds } from '../../infra/providers.ts'
import { awsMetrics, dimensionsThatExist } from '../helpers/aws-metrics.ts'
import { at, ofType, resources, textAt } from '../helpers/packaged.ts'

type Watched = { Namespace: string; MetricName: string; Dimensions: Array<{ Name: string; Value: unknown }> }

const alarms = ofType('AWS::CloudWatch::Alarm').map(([id, { Properties }]) => ({
  id,
  name: textAt(Properties, 'AlarmName').replace(/^drover-dev-/, ''),
  properties: Properties,
}))

const watchedBy = (properties: Record<string, unknown>): Watched[] => {
  const several = properties['Metrics'] as Array<{ MetricStat?: { Metric: Watched } }> | undefined
  return several?.flatMap(({ MetricStat }) => MetricStat?.Metric ?? []) ?? [properties as Watched]
}

describe('the alarms', () => {
  test('are those that an operator was promised', () => {
    expect(alarms.map(({ name }) => name).toSorted()).toEqual(
      [
        'api-errors',
        'credential-refused',
        'dead-letters',
        'events-lost',
        'needs-attention',
        'outcome-unknown',
        'platform-refusals',
        'work-failing',
        'poller-not-running',
        'schedule',
        'table-errors',
        'table-throttles',
        'oldest-message-undelivered',
        ...providerIds.flatMap((id) => [`oldest-message-${id}`, `oldest-message-${id}-dead-letter`]),
        ...functionNames.map((name) => `errors-${name}`),
        ...functionNames.filter((name) => name !== 'poller').map((name) => `throttles-${name}`),
      ].toSorted(),
    )
  })

  test.each(alarms)('$name tells the topic when it begins and when it is over', ({ properties }) => {
    expect(properties['AlarmActions']).toEqual([{ Ref: 'AlarmTopic' }])
    expect(properties['OKActions']).toEqual([{ Ref: 'AlarmTopic' }])
    expect(properties['ActionsEnabled']).toBeUndefined()
  })

  test.each(alarms)('$name watches metrics that exist, by dimensions that they have', ({ properties }) => {
    const watched = watchedBy(properties)
    const strange = watched.filter(({ Namespace, MetricName }) => !awsMetrics[Namespace]?.includes(MetricName))
    const lost = watched.filter(
      ({ Namespace, Dimensions }) =>
        !dimensionsThatExist(Namespace, Object.fromEntries(Dimensions.map(({ Name, Value }) => [Name, Value]))),
    )

    expect(watched.length).toBeGreaterThan(0)
    expect(strange).toEqual([])
    expect(lost).toEqual([])
  })

  test.each(alarms)('$name watches ten series at most, as many as CloudWatch adds up', ({ properties }) => {
    const ids = ((properties['Metrics'] ?? []) as Array<{ Id: string }>).map(({ Id }) => Id)

    expect(ids.length).toBeLessThanOrEqual(11)
    expect(new Set(ids).size).toBe(ids.length)
  })

  test('that watch a lack are the only ones for which no data is bad news', () => {
    const breaching = alarms.filter(({ properties }) => properties['TreatMissingData'] !== 'notBreaching')

    expect(breaching.map(({ name }) => name)).toEqual(['poller-not-running'])
  })

  test('miss no function that is deployed', () => {
    const deployed = ofType('AWS::Lambda::Function').map(([, { Properties }]) => textAt(Properties, 'FunctionName'))

    expect(deployed.toSorted()).toEqual(functionNames.map((name) => `drover-dev-${name}`).toSorted())
  })
})

describe('the topic of the alarms', () => {
  test('is encrypted with a key that alarms of this account may use', () => {
    const statements = at(resources()['AlarmKey']!.Properties, 'KeyPolicy', 'Statement') as unknown[]

    expect(resources()['AlarmTopic']!.Properties['KmsMasterKeyId']).toEqual({ Ref: 'AlarmKey' })
    expect(resources()['AlarmKey']!.Properties['EnableKeyRotation']).toBe(true)
    expect(statements).toHaveLength(2)
    expect(statements[1]).toMatchObject({
      Principal: { Service: 'cloudwatch.amazonaws.com' },
      Action: ['kms:Decrypt', 'kms:GenerateDataKey*'],
      Condition: { StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } },
    })
  })

  test('takes messages of the alarms of this stack only, and only over TLS', () => {
    const statements = at(resources()['AlarmTopicPolicy']!.Properties, 'PolicyDocument', 'Statement') as unknown[]

    expect(statements).toHaveLength(2)
    expect(statements[0]).toMatchObject({
      Effect: 'Allow',
      Principal: { Service: 'cloudwatch.amazonaws.com' },
      Condition: {
        StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } },
        ArnLike: { 'aws:SourceArn': { 'Fn::Sub': expect.stringContaining(':alarm:drover-dev-*') } },
      },
    })
    expect(statements[1]).toMatchObject({ Effect: 'Deny', Condition: { Bool: { 'aws:SecureTransport': 'false' } } })
    expect(ofType('AWS::SNS::Subscription')).toEqual([])
  })
})

test('no metric of Drover has a name twice', () => {
  expect(new Set(metricNames).size).toBe(metricNames.length)
})
