import { describe, expect, test } from 'vitest'
import type { Batch } from '../../lib/domain/batch.ts'
import { metricNames, metricUnits, operationsEnded } from '../../lib/domain/metrics.ts'
import { providers } from '../../lib/providers/registry.ts'
import { nodeId } from '../helpers/builders.ts'
import { readEmf } from '../helpers/emf.ts'
import type { CloudWishes, ProviderId } from '../helpers/world/clouds.ts'
import { expectWhole } from '../helpers/world/expect-whole.ts'
import { ehpcCluster, servers } from '../helpers/world/fleets.ts'
import type { Step } from '../helpers/world/life.ts'
import { lostAfter, lostBefore, notSent, replying } from '../helpers/world/network.ts'
import { ehpcNodeId, requestFor } from '../helpers/world/requests.ts'
import { openWorld, type World } from '../helpers/world/world.ts'

/** Three clouds: of the servers one fails, of the search clusters one of two, and the whole EHPC job. */
const clouds: CloudWishes = {
  'otc-ecs': { fleet: { failing: { [nodeId(1)]: { code: 'Ecs.0227', message: 'Failed to restart the ECS.' } } } },
  'otc-css': { fleet: { failing: [nodeId(11)] } },
  'qingcloud-ehpc': { fleet: { ...ehpcCluster(3)['qingcloud-ehpc']?.fleet, failing: [ehpcNodeId(0)] } },
}
const requests = [
  requestFor('otc-ecs', 4),
  requestFor('otc-css', 0, { nodeIds: [nodeId(10), nodeId(11)] }),
  requestFor('qingcloud-ehpc', 2),
]

/** How those end, whatever happens on the way. */
const ends = {
  'OperationsAccepted otc-ecs': 1,
  'OperationsPartial otc-ecs': 1,
  'NodesSucceeded otc-ecs': 3,
  'NodesFailed otc-ecs': 1,
  'OperationsAccepted otc-css': 1,
  'OperationsPartial otc-css': 1,
  'NodesSucceeded otc-css': 1,
  'NodesFailed otc-css': 1,
  'OperationsAccepted qingcloud-ehpc': 1,
  'OperationsFailed qingcloud-ehpc': 1,
  'NodesFailed qingcloud-ehpc': 2,
}

/** The metrics of operations and nodes. */
const endsIn = (world: World): Record<string, number> =>
  Object.fromEntries(Object.entries(world.metered()).filter(([key]) => /^(?:Operations|Nodes)/.test(key)))

const acceptAll = async (world: World): Promise<string[]> => {
  const ids: string[] = []
  for (const [i, request] of requests.entries()) ids.push(await world.accept(request, { key: `key-${i}` }))
  return ids
}

describe('operations of three providers with failures', () => {
  test('are counted exactly, with every call', async () => {
    const world = await openWorld({ clouds })
    const ids = await acceptAll(world)

    await world.run()

    const {
      'DetectionDelay otc-ecs': ecsDelay,
      'DetectionDelay qingcloud-ehpc': ehpcDelay,
      ...metered
    } = world.metered()
    const callsOf = (id: string) => world.network.calls.filter(({ provider }) => provider === id).length
    expect(metered).toEqual({
      ...ends,
      'ProviderCalls otc-ecs': callsOf('otc-ecs'),
      'ProviderCalls otc-css': callsOf('otc-css'),
      'ProviderCalls qingcloud-ehpc': callsOf('qingcloud-ehpc'),
    })
    // A job of half a minute is looked at more often than every half minute.
    for (const delayMs of [ecsDelay, ehpcDelay]) {
      expect(delayMs).toBeGreaterThanOrEqual(0)
      expect(delayMs).toBeLessThan(30_000)
    }
    await expectWhole(world, ids)
  })

  test('are counted once when requests and messages come twice, to several workers at once', async () => {
    const world = await openWorld({ clouds })
    const ids = await acceptAll(world)
    const messages = world.platform.messages.splice(0)
    for (const [i, request] of requests.entries())
      expect((await world.post(request, { key: `key-${i}` })).status).toBe(200)

    await Promise.all([
      world.deliver(world.start(), [...messages, ...messages]),
      world.deliver(world.start(), messages.toReversed()),
    ])
    await Promise.all([world.run(), world.run({ process: world.start() })])
    await world.deliver(undefined, messages)
    await world.run()

    expect(endsIn(world)).toEqual(ends)
    await expectWhole(world, ids)
  })

  test('are counted once when every worker dies when it is done and the message is delivered again', async () => {
    const world = await openWorld({ clouds })
    const ids = await acceptAll(world)
    const recorded = ({ name, args }: Step) => name === 'saveBatch' && (args[0] as Batch).state === 'RUNNING'
    const before = world.platform.messages.length

    while (world.platform.messages.some(({ receives }) => receives === 0)) await world.deliver(world.start(recorded))
    expect(world.platform.messages).toHaveLength(before)
    await world.run()

    expect(endsIn(world)).toEqual(ends)
    await expectWhole(world, ids)
  })

  test('are counted as the ledger has them when every worker dies after its call', async () => {
    const world = await openWorld({ clouds })
    const ids = await acceptAll(world)

    while (world.platform.messages.length > 0) await world.deliver(world.start(({ name }) => name === 'http POST'))
    await world.run()

    const views = await Promise.all(ids.map(world.operation))
    const counted = endsIn(world)
    for (const { provider, status, counts } of views) {
      expect(counted).toMatchObject({
        [`OperationsAccepted ${provider}`]: 1,
        [`${operationsEnded[status as keyof typeof operationsEnded]} ${provider}`]: 1,
        ...(counts.succeeded > 0 ? { [`NodesSucceeded ${provider}`]: counts.succeeded } : {}),
        ...(counts.failed > 0 ? { [`NodesFailed ${provider}`]: counts.failed } : {}),
      })
    }
    expect(Object.values(counted).reduce((sum, count) => sum + count, 0)).toBe(6 + 8)
    await expectWhole(world, ids)
  })

  test('are counted once when pollers die before they could mark as published what they have', async () => {
    const world = await openWorld({ clouds })
    const ids = await acceptAll(world)
    await world.deliver()
    const dying = () => world.start(({ name, args }) => name === 'publish' && (args[0] as unknown[]).length > 0)

    for (let crash = 0; crash < 6; crash += 1) await world.run({ process: dying() }).catch(() => {})
    await world.run()

    expect(endsIn(world)).toEqual(ends)
    await expectWhole(world, ids)
  })
})

describe('an end is counted once', () => {
  test('when several pollers find it at the same time', async () => {
    const world = await openWorld({ clouds: servers('otc-ecs', 2) })
    world.network.fail({ method: 'POST', outcome: replying(400, { error: { code: 'Ecs.0005', message: 'x' } }) })
    await world.accept(requestFor('otc-ecs', 2))
    await world.deliver()

    await Promise.all([world.pass(), world.pass(world.start()), world.pass(world.start())])
    await world.run()

    expect(endsIn(world)).toEqual({
      'OperationsAccepted otc-ecs': 1,
      'OperationsFailed otc-ecs': 1,
      'NodesFailed otc-ecs': 2,
    })
  })

  test('when the bus does not take its event for a while', async () => {
    const world = await openWorld({ clouds: servers('otc-ecs', 2) })
    await world.accept(requestFor('otc-ecs', 2))
    await world.deliver()
    world.clock.advance(60_000)
    world.platform.putFaults.push(...Array.from({ length: 6 }, () => 'unreachable' as const))

    await world.run()

    expect(endsIn(world)).toEqual({
      'OperationsAccepted otc-ecs': 1,
      'OperationsSucceeded otc-ecs': 1,
      'NodesSucceeded otc-ecs': 2,
    })
  })
})

describe('what goes wrong is counted', () => {
  const metered = async (prepare: (world: World) => void, provider: ProviderId = 'otc-ecs') => {
    const world = await openWorld({ clouds: { ...servers('otc-ecs', 2), ...ehpcCluster(3) } })
    prepare(world)
    await world.accept(requestFor(provider, 2))
    await world.run()
    return world.metered()
  }

  test('an answer that was lost, once as an error and once as an unknown outcome', async () => {
    const counted = await metered(({ network }) => network.fail({ method: 'POST', outcome: lostAfter }))

    expect(counted).toMatchObject({ 'ProviderErrors otc-ecs': 1, 'OutcomeUnknown otc-ecs': 1 })
  })

  test('a worker that died after its claim, as an unknown outcome', async () => {
    const world = await openWorld({ clouds: servers('otc-ecs', 2) })
    await world.accept(requestFor('otc-ecs', 2))

    await world.deliver(world.start(({ name }) => name === 'saveBatch'))
    await world.run()

    expect(world.metered()).toMatchObject({ 'OutcomeUnknown otc-ecs': 1, 'NodesSucceeded otc-ecs': 2 })
  })

  test('an answer that is lost and comes to the ledger after the poller gave the worker up, as one unknown outcome', async () => {
    const world = await openWorld({ clouds: servers('otc-ecs', 2) })
    await world.accept(requestFor('otc-ecs', 2))
    world.network.fail({ method: 'POST', outcome: lostAfter })
    const slow = world.start()
    const saveBatch = async (next: Batch) => {
      if (next.state === 'OUTCOME_UNKNOWN') {
        world.clock.advance(60_000)
        await world.pass()
      }
      return slow.ledger.saveBatch(next)
    }

    await world.deliver({ ...slow, ledger: { ...slow.ledger, saveBatch } })
    await world.run()

    expect(world.lines.join('\n')).toContain('worker lost')
    expect(world.metered()).toMatchObject({ 'OutcomeUnknown otc-ecs': 1, 'NodesSucceeded otc-ecs': 2 })
  })

  test('nodes whose outcome nobody can know, and the operation that needs attention', async () => {
    const counted = await metered(({ network }) => {
      network.fail({ method: 'POST', outcome: lostBefore })
      network.fail({ method: 'GET', times: 10_000, outcome: replying(503, {}) })
    })

    expect(counted).toMatchObject({
      'NodesUnknown otc-ecs': 2,
      'OperationsNeedAttention otc-ecs': 1,
      'OutcomeUnknown otc-ecs': 1,
    })
    // Every look, and the call.
    expect(counted['ProviderErrors otc-ecs']).toBe(counted['ProviderCalls otc-ecs'])
  })

  test('throttled calls and looks, which are no errors', async () => {
    const counted = await metered(({ network }) => {
      network.fail({
        method: 'POST',
        times: 2,
        outcome: replying(202, { error: { code: 'Common.0024', message: 'x' } }),
      })
      network.fail({ method: 'GET', outcome: replying(429, { error_code: 'APIGW.0308', error_msg: 'x' }) })
    })

    expect(counted).toMatchObject({ 'ProviderThrottles otc-ecs': 3, 'NodesSucceeded otc-ecs': 2 })
    expect(counted).not.toHaveProperty('ProviderErrors otc-ecs')
  })

  test('not a wait for a limit of our own', async () => {
    const world = await openWorld({ clouds: servers('otc-ecs', 1200) })
    await world.accept(requestFor('otc-ecs', 1200, { rollout: { batchSize: 600 } }))

    await world.run()

    expect(world.metered()).toMatchObject({ 'NodesSucceeded otc-ecs': 1200 })
    expect(world.metered()).not.toHaveProperty('ProviderThrottles otc-ecs')
  })

  test('not a call that never left', async () => {
    const counted = await metered(({ network }) => network.fail({ method: 'POST', times: 2, outcome: notSent }))

    expect(counted).not.toHaveProperty('ProviderErrors otc-ecs')
    expect(counted).toMatchObject({ 'NodesSucceeded otc-ecs': 2 })
  })

  test('entries that the platform did not take', async () => {
    const world = await openWorld({ clouds: servers('otc-ecs', 6) })
    world.platform.sendFaults.push({ refuse: [0, 2] })
    world.platform.putFaults.push('unreachable')
    await world.accept(requestFor('otc-ecs', 6, { rollout: { batchSize: 2 } }))

    await world.run()

    expect(world.metered()).toMatchObject({ PlatformRefusals: 3, 'NodesSucceeded otc-ecs': 6 })
  })

  test('dead letters, once each however often they are delivered', async () => {
    const world = await openWorld()
    const bad = { id: 'bad', provider: 'otc-ecs', body: 'not json', receives: 0 }
    const refused = { id: 'e1', 'detail-type': 'Node Operation Requested', source: 'x', detail: { provider: 'none' } }

    for (let delivery = 0; delivery < 2; delivery += 1) {
      await world.deliver(undefined, [bad])
      await world.bury([{ ...bad, id: 'buried' }])
      await world.event(refused, { invocationId: 'invocation' })
    }

    expect(world.metered()).toEqual({ DeadLetters: 3 })
  })

  test('what was cancelled, as skipped', async () => {
    const world = await openWorld({ clouds: servers('otc-ecs', 4) })
    const operationId = await world.accept(requestFor('otc-ecs', 4, { rollout: { batchSize: 2 } }))

    for (let click = 0; click < 2; click += 1) await world.call('POST /v1/operations/{operationId}/cancel', operationId)
    await world.run()

    expect(endsIn(world)).toEqual({
      'OperationsAccepted otc-ecs': 1,
      'OperationsCancelled otc-ecs': 1,
      'NodesSkipped otc-ecs': 4,
    })
  })

  test('the nodes of a batch that was taken apart, each in its part', async () => {
    const world = await openWorld({ clouds: servers('otc-ecs', 4) })
    await world.accept(requestFor('otc-ecs', 5))

    await world.run()

    expect(endsIn(world)).toEqual({
      'OperationsAccepted otc-ecs': 1,
      'OperationsPartial otc-ecs': 1,
      'NodesSucceeded otc-ecs': 4,
      'NodesFailed otc-ecs': 1,
    })
  })
})

test('metrics have no other dimensions than stage and provider, and no more values of them than there are providers', async () => {
  const world = await openWorld({ clouds })
  await acceptAll(world)
  await world.deliver(undefined, [{ id: 'bad', provider: 'otc-ecs', body: 'not json', receives: 0 }])
  await world.event({ id: 'e1', 'detail-type': 'Node Operation Requested', source: 'x', detail: { provider: 'none' } })

  await world.run()
  world.metrics.flush()

  const lines = world.metricLines.map(readEmf)
  expect(lines.length).toBeGreaterThan(3)
  for (const { namespace, dimensionSets, dimensions, metrics } of lines) {
    const { Stage, Provider, ...others } = dimensions
    expect(namespace).toBe('Drover')
    expect(others).toEqual({})
    expect(Stage).toBe('test')
    expect(dimensionSets).toEqual(Provider === undefined ? [['Stage']] : [['Stage'], ['Stage', 'Provider']])
    if (Provider !== undefined) expect(Object.keys(providers)).toContain(Provider)
    for (const { name, unit } of metrics) {
      expect(metricNames).toContain(name)
      expect(unit).toBe(metricUnits[name as keyof typeof metricUnits])
    }
  }
})

test('every log line within the work on a message has the ids of its message, operation, batch and provider', async () => {
  const world = await openWorld({ clouds: servers('otc-ecs', 2) })
  const operationId = await world.accept(requestFor('otc-ecs', 2, { rollout: { batchSize: 1 } }))
  const before = world.lines.length

  await world.deliver()

  const entries = world.lines.slice(before).map((line) => JSON.parse(line) as Record<string, string>)
  expect(entries.map(({ message, answer }) => [message, answer])).toEqual([
    ['batch submitted', 'accepted'],
    ['batch submitted', 'accepted'],
  ])
  const ids = entries.map(({ messageId, batchId }) => `${messageId} ${batchId}`)
  expect(ids.toSorted()).toEqual([`message-1 ${operationId}.0001`, `message-2 ${operationId}.0002`])
  for (const entry of entries) expect(entry).toMatchObject({ operationId, provider: 'otc-ecs' })
})
