import { describe, expect, test } from 'vitest'
import { createBus, type BusEvent } from '../../../infra/local/bus.ts'
import { localCalls } from '../../../infra/local/local-calls.ts'
import { place, templateOf } from '../../helpers/template.ts'

const start = () => {
  const delivered: BusEvent[] = []
  const template = templateOf({
    Bus: ['AWS::Events::EventBus', { Name: 'drover-test' }],
    Rule: [
      'AWS::Events::Rule',
      { EventPattern: { source: ['aws.cloudwatch'] }, Targets: [{ Id: 'function', Arn: 'arn:function' }] },
    ],
  })
  const deliver = (_: string, payload: string) => delivered.push(JSON.parse(payload) as BusEvent)
  const bus = createBus(template, { place, deliver, knows: () => true })
  const call = (method: string, target: string, body?: unknown) => {
    const text = body === undefined ? '' : JSON.stringify(body)
    const reply = localCalls(bus)({ method, target, headers: {}, body: Buffer.from(text), sourceIp: '' })
    return reply && { status: reply.status, body: JSON.parse(String(reply.body)) as Record<string, unknown> }
  }
  return { bus, delivered, call }
}

const event = { source: 'app', 'detail-type': 'Node Operation Requested', detail: { n: 1 } }

describe('GET /local/events', () => {
  test('lists what was published after a sequence number, as EventBridge delivers it', () => {
    const { bus, call } = start()
    for (const n of [1, 2, 3]) bus.publish('drover-test', { ...event, id: `id-${n}` })

    const reply = call('GET', '/local/events?since=1')

    expect(reply?.body).toEqual({
      items: [
        expect.objectContaining({ sequence: 2, version: '0', id: 'id-2', source: 'app', detail: { n: 1 } }),
        expect.objectContaining({ sequence: 3, id: 'id-3' }),
      ],
      nextCursor: null,
    })
  })

  test('has a cursor when a limit leaves some over', () => {
    const { bus, call } = start()
    for (const n of [1, 2, 3]) bus.publish('drover-test', { ...event, id: `id-${n}` })

    const first = call('GET', '/local/events?limit=2')
    const rest = call('GET', `/local/events?since=${String(first?.body['nextCursor'])}&limit=2`)

    expect(first?.body).toMatchObject({ items: [{ sequence: 1 }, { sequence: 2 }], nextCursor: '2' })
    expect(rest?.body).toMatchObject({ items: [{ sequence: 3 }], nextCursor: null })
  })
})

describe('POST /local/events', () => {
  test('puts an event on the default bus, also one of AWS, with the id that it brings', () => {
    const { bus, delivered, call } = start()

    const reply = call('POST', '/local/events', { ...event, source: 'aws.cloudwatch', id: 'mine' })

    expect(reply).toEqual({ status: 202, body: { ids: ['mine'] } })
    expect(delivered).toEqual([expect.objectContaining({ id: 'mine', source: 'aws.cloudwatch', detail: { n: 1 } })])
    expect(bus.events()).toEqual([])
  })

  test('puts a list on the buses that its events name', () => {
    const { bus, call } = start()

    call('POST', '/local/events', [event, { ...event, bus: 'drover-test', id: 'second' }])

    expect(bus.events().map(({ id }) => id)).toEqual(['second'])
  })

  test.each([
    ['no JSON', undefined],
    ['no detail', { source: 'app', 'detail-type': 'x' }],
    ['an unknown bus', { ...event, bus: 'nowhere' }],
  ])('refuses %s', (_, body) => {
    expect(start().call('POST', '/local/events', body)?.status).toBe(400)
  })
})

test('other paths are left to the routes of the template', () => {
  expect(start().call('GET', '/v1/operations')).toBeUndefined()
})
