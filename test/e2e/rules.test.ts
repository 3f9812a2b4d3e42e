import { describe, expect, test } from 'vitest'
import { compilePattern } from '../../infra/local/event-pattern.ts'
import {
  alarmOf,
  droverEvents,
  endedOperations,
  jobEvents,
  requested,
  runningOperation,
  type Sample,
  scheduledEvent,
} from '../helpers/event-samples.ts'
import { ofType, textAt } from '../helpers/packaged.ts'

const rules = ofType('AWS::Events::Rule').map(([id, { Properties }]) => ({
  id,
  bus: Properties['EventBusName'] === undefined ? 'default' : 'drover',
  matches: compilePattern(Properties['EventPattern'] as Record<string, unknown>),
  target: textAt(Properties, 'Targets', 0, 'Arn', 'Fn::GetAtt', 0),
}))

/** The functions that an event on a bus wakes, by the rules of the template. */
const wokenBy = (event: Sample, bus: 'default' | 'drover') =>
  rules.filter((rule) => rule.bus === bus && rule.matches(event)).map(({ target }) => target)

describe('on the default bus', () => {
  test('a request of an application wakes ingest, once', () => {
    expect(wokenBy(requested, 'default')).toEqual(['IngestLambdaFunction'])
  })

  test('an alarm that goes off wakes ingest, one that is over or knows nothing does not', () => {
    expect(wokenBy(alarmOf('node-1-unreachable'), 'default')).toEqual(['IngestLambdaFunction'])
    expect(wokenBy(alarmOf('node-1-unreachable', 'OK'), 'default')).toEqual([])
    expect(wokenBy(alarmOf('node-1-unreachable', 'INSUFFICIENT_DATA'), 'default')).toEqual([])
  })

  test('an alarm event of somebody else than CloudWatch wakes nobody', () => {
    expect(wokenBy({ ...alarmOf('node-1-unreachable'), source: 'my.application' }, 'default')).toEqual([])
  })

  test('what schedules and others say wakes nobody', () => {
    expect(wokenBy(scheduledEvent, 'default')).toEqual([])
    expect(wokenBy({ ...requested, 'detail-type': 'Order Placed' }, 'default')).toEqual([])
  })
})

describe('on the bus of Drover', () => {
  test('a request of an application wakes ingest, once', () => {
    expect(wokenBy(requested, 'drover')).toEqual(['IngestLambdaFunction'])
  })

  test('an accepted operation wakes the poller', () => {
    expect(wokenBy(runningOperation, 'drover')).toEqual(['PollerLambdaFunction'])
  })

  test('an operation that has ended and what happens to batches wake nobody', () => {
    expect(endedOperations).toHaveLength(5)
    expect(jobEvents).toHaveLength(8)
    expect([...endedOperations, ...jobEvents].flatMap((event) => wokenBy(event, 'drover'))).toEqual([])
  })

  test('the same words from somebody else do not wake the poller', () => {
    expect(wokenBy({ ...runningOperation, source: 'my.application' }, 'drover')).toEqual([])
  })
})

test('every rule matches one of these samples: none is there for nothing', () => {
  const samples = [...droverEvents, requested, alarmOf('node-1-unreachable')]

  expect(rules.filter(({ matches }) => !samples.some((sample) => matches(sample))).map(({ id }) => id)).toEqual([])
  expect(rules).toHaveLength(4)
})
