import { describe, expect, test } from 'vitest'
import { checkActions, checkEvents, checkExpectations, checkOutcomes } from '../../../../infra/local/demo/checks.ts'
import { countsOf, endedRun, endEvents, eventOf, nodeOf, outcomes } from './builders.ts'

const run = endedRun()
const listed = (nodes = outcomes) => new Map([['op-1', nodes]])

test('an operation that ended otherwise speaks against the example, by its name', () => {
  const { against } = checkExpectations([run, endedRun({ status: 'FAILED' }, { name: 'caches' })])

  expect(against).toEqual(['otc-ecs · caches: status is FAILED, expected PARTIAL'])
})

describe('completion events', () => {
  test('of a batch and its operation are all that is needed', () => {
    expect(checkEvents([run], endEvents())).toEqual({
      claim: expect.stringContaining('2 completion events'),
      against: [],
    })
  })

  test.each([
    ['of the operation', endEvents().slice(0, 1)],
    ['of a batch', endEvents().slice(1)],
    [
      'of the operation, while it was told that it runs',
      [...endEvents().slice(0, 1), eventOf('e-0', { endedAt: null })],
    ],
  ])('are missed: %s', (_, events) => {
    expect(checkEvents([run], events).against).toEqual([
      'otc-ecs · web servers: 1 of 2 completion events were not published',
    ])
  })

  test('may come twice, but not with different contents', () => {
    const again = eventOf('e-2')
    const other = eventOf('e-2', { reason: 'another' })

    expect(checkEvents([run], [...endEvents(), again]).against).toEqual([])
    expect(checkEvents([run], [...endEvents(), other]).against).toEqual([
      'event e-2 was published with different contents',
    ])
  })

  test.each([
    ['status', { status: 'SUCCEEDED' }],
    ['counts', { counts: countsOf({ failed: 2, succeeded: 0 }) }],
  ])('must not say another %s than the API', (_, change) => {
    const [batch = eventOf('')] = endEvents()

    const { against } = checkEvents([run], [batch, eventOf('e-2', change)])

    expect(against).toEqual(['otc-ecs · web servers: event e-2 says otherwise than the API'])
  })
})

describe('outcomes', () => {
  test('are one for each node, the same in the API and in the events, however often those came', () => {
    const events = [...endEvents(), ...endEvents()]

    expect(checkOutcomes([run], listed(), events)).toEqual({
      claim: '2 nodes, each with exactly one outcome',
      against: [],
    })
  })

  test('of nodes asked for in capital letters are found', () => {
    const shouted = endedRun({}, { nodeIds: ['N-1', 'N-2', 'N-2'] })

    expect(checkOutcomes([shouted], listed(), endEvents()).against).toEqual([])
  })

  test.each([
    ['not final', [nodeOf('n-1', 'running'), nodeOf('n-2', 'failed')], endEvents(), 'n-1 is running in the API'],
    [
      'another in an event',
      outcomes,
      endEvents([nodeOf('n-1', 'unknown'), nodeOf('n-2', 'failed')]),
      'in the events unknown',
    ],
    ['in no event', outcomes, endEvents([nodeOf('n-1')]), 'n-2 is failed in the API, and in the events nothing'],
    [
      'in two batches',
      outcomes,
      [...endEvents(), eventOf('e-3', { batchId: 'op-1.2', nodes: [nodeOf('n-1')] })],
      'in the events succeeded and succeeded',
    ],
    ['missing', outcomes.slice(0, 1), endEvents(outcomes.slice(0, 1)), 'n-2 has no outcome'],
    ['of a stranger', [...outcomes, nodeOf('n-9')], endEvents([...outcomes, nodeOf('n-9')]), 'n-9 was not asked for'],
    ['listed twice', [...outcomes, nodeOf('n-1')], endEvents(), '1 nodes are listed twice'],
  ])('speak against it: %s', (_, nodes, events, problem) => {
    const { against } = checkOutcomes([run], listed(nodes), events)

    expect(against).toEqual([expect.stringContaining(problem)])
  })
})

describe('actions of the clouds', () => {
  test('may be fewer than asked for, and as many as operations asked', () => {
    const again = endedRun({ operationId: 'op-2' }, { nodeIds: ['n-1'] })
    const acted = new Map([['otc-ecs', ['n-1', 'N-1']]])

    expect(checkActions([run, again], acted)).toEqual({
      claim: expect.stringContaining('2 actions accepted'),
      against: [],
    })
  })

  test.each([
    ['a node that was acted on twice', ['n-1', 'n-1'], 'n-1 was acted on 2 times, asked for 1'],
    ['a node that nobody asked for', ['n-7'], 'n-7 was acted on 1 times, asked for 0'],
  ])('show %s', (_, nodeIds, problem) => {
    const { against } = checkActions([run], new Map([['otc-ecs', nodeIds]]))

    expect(against).toEqual([`otc-ecs: ${problem}`])
  })

  test('of another provider are no excuse', () => {
    const { against } = checkActions([run], new Map([['otc-bms', ['n-1']]]))

    expect(against).toEqual(['otc-bms: n-1 was acted on 1 times, asked for 0'])
  })
})
