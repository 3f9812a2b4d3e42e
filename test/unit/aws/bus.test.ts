import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge'
import { mockClient } from 'aws-sdk-client-mock'
import { beforeEach, describe, expect, it } from 'vitest'
import { createBus } from '../../../lib/aws/bus.ts'
import type { Refusal } from '../../../lib/aws/refusal.ts'
import { operationChange } from '../../../lib/domain/events.ts'
import { awsMatchers } from '../../helpers/aws-matchers.ts'
import { anOperation, NOW } from './entities.ts'

expect.extend(awsMatchers)
const eventBridge = mockClient(EventBridgeClient)
const refusals: Refusal[] = []
const bus = createBus({
  client: new EventBridgeClient({ region: 'eu-de' }),
  busName: 'drover-test',
  onRefusal: (refusal) => refusals.push(refusal),
})
const change = (bytes = 0) => operationChange(anOperation({ reason: 'x'.repeat(bytes) }))
const changes = (count: number, bytes = 0) => Array.from({ length: count }, () => change(bytes))
const calls = () => eventBridge.commandCalls(PutEventsCommand).map(({ args: [{ input }] }) => input.Entries ?? [])
const takeAll = ({ Entries = [] }: { Entries?: unknown[] }) => ({
  FailedEntryCount: 0,
  Entries: Entries.map((_, i) => ({ EventId: `e${i}` })),
})

beforeEach(() => {
  eventBridge.reset()
  refusals.length = 0
})

describe('publishing state changes', () => {
  it('puts them on the bus in the name of drover, with their own time', async () => {
    eventBridge.on(PutEventsCommand).callsFake(takeAll)
    const mine = change()

    const refused = await bus.publish([mine])

    expect(refused).toEqual(new Set())
    expect(calls()).toEqual([
      [
        {
          EventBusName: 'drover-test',
          Source: 'drover',
          DetailType: 'Node Operation State Change',
          Detail: JSON.stringify(mine.detail),
          Time: new Date(NOW),
        },
      ],
    ])
  })

  it('puts at most ten in a call, all of them, in their order', async () => {
    eventBridge.on(PutEventsCommand).callsFake(takeAll)
    const mine = changes(23)

    await bus.publish(mine)

    expect(calls().map(({ length }) => length)).toEqual([10, 10, 3])
    expect(calls().flatMap((entries) => entries.map(({ Detail }) => Detail))).toEqual(
      mine.map(({ detail }) => JSON.stringify(detail)),
    )
  })

  it('puts at most 256 KB in a call, counted in bytes', async () => {
    eventBridge.on(PutEventsCommand).callsFake(takeAll)
    const wide = operationChange(anOperation({ reason: '€'.repeat(40_000) }))

    await bus.publish([...changes(5, 60_000), wide, wide, ...changes(2, 200_000)])

    const sizes = calls().map((entries) =>
      entries.reduce(
        (sum, { Detail = '', DetailType = '', Source = '' }) =>
          sum + 14 + Buffer.byteLength(Detail + DetailType + Source),
        0,
      ),
    )
    expect(Math.max(...sizes)).toBeLessThanOrEqual(256 * 1024)
    expect(calls().map(({ length }) => length)).toEqual([4, 2, 1, 1, 1])
  })

  it('fills a call to the last byte, the time of each entry counted', async () => {
    eventBridge.on(PutEventsCommand).callsFake(takeAll)
    const empty = change(0)
    const overhead = 14 + Buffer.byteLength(`drover${empty.detailType}${JSON.stringify(empty.detail)}`)
    const half = 128 * 1024 - overhead

    await bus.publish([change(half), change(half)])
    await bus.publish([change(half), change(half + 1)])

    expect(calls().map(({ length }) => length)).toEqual([2, 1, 1])
  })

  it('tells which ones failed inside a call that succeeded, and why', async () => {
    eventBridge
      .on(PutEventsCommand)
      .callsFakeOnce(takeAll)
      .resolvesOnce({
        FailedEntryCount: 1,
        Entries: [{ EventId: 'a' }, { ErrorCode: 'ThrottlingException', ErrorMessage: 'later' }, { EventId: 'c' }],
      })

    const refused = await bus.publish(changes(13))

    expect(refused).toEqual(new Set([11]))
    expect(refusals).toEqual([{ count: 1, code: 'ThrottlingException', reason: 'later' }])
  })

  it('does not count as published what the answer does not mention', async () => {
    eventBridge.on(PutEventsCommand).resolves({ Entries: [{ EventId: 'a' }] })

    expect(await bus.publish(changes(2))).toEqual(new Set([1]))
  })

  it('counts the changes of a call that threw as not published, and only those', async () => {
    eventBridge.on(PutEventsCommand).rejectsOnce(new Error('no route')).callsFake(takeAll)

    const refused = await bus.publish(changes(12))

    expect([...refused]).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9])
    expect(refusals).toEqual([{ count: 10, code: 'Error', reason: 'no route' }])
  })

  it('of nothing calls nobody', async () => {
    expect(await bus.publish([])).toEqual(new Set())
    expect(eventBridge).not.toHaveReceivedAnyCommand()
  })
})
