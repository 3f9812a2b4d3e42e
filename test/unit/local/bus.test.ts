import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { putEvents } from '../../../infra/local/bus-api.ts'
import { createBus, type BusEvent } from '../../../infra/local/bus.ts'
import { place, templateOf } from '../../helpers/template.ts'

const rule = (properties: Record<string, unknown>): [string, Record<string, unknown>] => [
  'AWS::Events::Rule',
  { Targets: [{ Id: 'function', Arn: 'arn:function' }], ...properties },
]

let folder = ''
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'drover-bus-'))
})
afterEach(() => rm(folder, { recursive: true }))

const start = (rules: Record<string, [string, Record<string, unknown>]>, file?: string) => {
  const delivered: BusEvent[] = []
  const template = templateOf({ Bus: ['AWS::Events::EventBus', { Name: 'drover-test' }], ...rules })
  const bus = createBus(template, {
    place,
    deliver: (_, payload) => delivered.push(JSON.parse(payload) as BusEvent),
    knows: (arn) => arn === 'arn:function',
    ...(file === undefined ? {} : { file }),
  })
  return { bus, delivered }
}

const entry = (more: Record<string, unknown> = {}) => ({
  Source: 'drover',
  DetailType: 'Node Operation State Change',
  Detail: '{"status":"RUNNING"}',
  EventBusName: 'drover-test',
  ...more,
})

describe('the event bus', () => {
  test('hands an event to the targets of the rules of its bus that match', () => {
    const { bus, delivered } = start({
      Matching: rule({ EventBusName: { Ref: 'Bus' }, EventPattern: { detail: { status: ['RUNNING'] } } }),
      Other: rule({ EventBusName: { Ref: 'Bus' }, EventPattern: { detail: { status: ['FAILED'] } } }),
      Default: rule({ EventPattern: { source: ['drover'] } }),
      Disabled: rule({ EventBusName: { Ref: 'Bus' }, State: 'DISABLED', EventPattern: { source: ['drover'] } }),
    })

    putEvents(bus, { Entries: [entry({ Time: 1_700_000_000 })] }, 1000)

    expect(delivered).toEqual([
      {
        version: '0',
        id: expect.any(String),
        'detail-type': 'Node Operation State Change',
        source: 'drover',
        account: '000000000000',
        time: '2023-11-14T22:13:20Z',
        region: 'eu-central-1',
        resources: [],
        detail: { status: 'RUNNING' },
      },
    ])
  })

  test('keeps the events of its own bus in order, over a restart too', () => {
    const file = join(folder, 'events.ndjson')
    const before = start({}, file)
    putEvents(before.bus, { Entries: [entry(), entry({ DetailType: 'second' })] }, 1000)
    putEvents(before.bus, { Entries: [entry({ EventBusName: 'default' })] }, 1000)

    const { bus } = start({}, file)
    putEvents(bus, { Entries: [entry({ DetailType: 'third' })] }, 1000)

    expect(bus.events(1).map((event) => [event.sequence, event['detail-type']])).toEqual([
      [2, 'second'],
      [3, 'third'],
    ])
  })

  test.each([
    ['a target that is no function', rule({ EventPattern: {}, Targets: [{ Id: 'x', Arn: 'arn:topic' }] }), 'arn:topic'],
    ['a bus that is not there', rule({ EventPattern: {}, EventBusName: 'elsewhere' }), 'no bus elsewhere'],
    ['a transformed input', rule({ EventPattern: {}, Targets: [{ Id: 'x', Arn: 'y', InputPath: '$' }] }), 'InputPath'],
    ['a schedule', rule({ EventPattern: {}, ScheduleExpression: 'rate(1 day)' }), 'ScheduleExpression'],
  ])('does not start with a rule for %s', (_, [type, properties], message) => {
    expect(() => start({ Rule: [type, properties] })).toThrow(message)
  })
})

describe('PutEvents', () => {
  test.each([
    ['a bus that is not there', { EventBusName: 'nowhere' }, 'ResourceNotFoundException'],
    ['a source of AWS', { Source: 'aws.cloudwatch' }, 'NotAuthorizedForSourceException'],
    ['a detail that is no JSON', { Detail: '{' }, 'MalformedDetail'],
    ['a detail that is no object', { Detail: '[]' }, 'MalformedDetail'],
    ['no source', { Source: '' }, 'InvalidArgument'],
  ])('succeeds with a failed entry inside for %s', (_, more, ErrorCode) => {
    const { bus } = start({})

    const answer = putEvents(bus, { Entries: [entry(), entry(more)] }, 1000)

    expect(answer.FailedEntryCount).toBe(1)
    expect(answer.Entries).toEqual([{ EventId: expect.any(String) }, expect.objectContaining({ ErrorCode })])
    expect(bus.events()).toHaveLength(1)
  })

  test('takes an ARN for the name of a bus', () => {
    const { bus } = start({})
    const EventBusName = 'arn:aws:events:eu-central-1:000000000000:event-bus/drover-test'

    const answer = putEvents(bus, { Entries: [entry({ EventBusName })] }, 1000)

    expect(answer.FailedEntryCount).toBe(0)
  })

  test.each([
    ['more than ten entries', Array.from({ length: 11 }, () => entry())],
    ['no entry', []],
    ['more bytes than the limit', [entry({ Detail: JSON.stringify({ text: 'x'.repeat(1000) }) })]],
  ])('fails as a whole for %s', (_, Entries) => {
    const { bus } = start({})

    expect(() => putEvents(bus, { Entries }, 1000)).toThrow(/Entries must be a list|over the limit/)
    expect(bus.events()).toEqual([])
  })
})
