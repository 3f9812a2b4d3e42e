import { describe, expect, test } from 'vitest'
import type { Credentials } from '../../lib/provider-kit/credentials.ts'
import { nodeId } from '../helpers/builders.ts'
import { type CloudWishes, credentialsOf, type ProviderId } from '../helpers/world/clouds.ts'
import { expectWhole } from '../helpers/world/expect-whole.ts'
import { ehpcCluster, searchClusters, servers } from '../helpers/world/fleets.ts'
import { idsFor, requestFor } from '../helpers/world/requests.ts'
import { openWorld, type World } from '../helpers/world/world.ts'

const MINUTE_MS = 60_000

/** One provider of each kind, and a request of some nodes of it. */
const cases: { provider: ProviderId; clouds: CloudWishes; nodes: number }[] = [
  { provider: 'otc-ecs', clouds: servers('otc-ecs', 3), nodes: 3 },
  { provider: 'huaweicloud-bms', clouds: servers('huaweicloud-bms', 3), nodes: 3 },
  { provider: 'otc-css', clouds: searchClusters('otc-css', 1), nodes: 1 },
  { provider: 'qingcloud-ehpc', clouds: ehpcCluster(3), nodes: 3 },
]

const wrongOf = (provider: string): Credentials =>
  provider === 'qingcloud-ehpc'
    ? { accessKeyId: 'QYOFYESTERDAY0000005', secretAccessKey: 'qy+secret/of-yesterday' }
    : { accessKey: 'AKOFYESTERDAY0000006', secretKey: 'sk+secret/of-yesterday' }

/** How often somebody was told that a credential is refused for good. */
const alarms = ({ lines }: World): number => lines.filter((line) => line.includes('credential refused')).length

/** It took one more call than usual, each node was acted on once, and nobody was woken. */
const expectHealed = async (world: World, operationId: string, nodes: number): Promise<void> => {
  expect(await world.operation(operationId)).toMatchObject({ status: 'SUCCEEDED', counts: { succeeded: nodes } })
  expect(world.network.submits()).toHaveLength(2)
  expect(world.acted()).toHaveLength(nodes)
  expect(alarms(world)).toBe(0)
  await expectWhole(world, [operationId])
}

describe.each(cases)('at $provider', ({ provider, clouds, nodes }) => {
  test('credentials that were changed meanwhile cost one refusal, and the operation succeeds', async () => {
    const world = await openWorld({ clouds })
    const right = credentialsOf(provider)
    world.store(provider, wrongOf(provider))
    await world.credentials(provider, 'default')
    world.store(provider, right)
    const operationId = await world.accept(requestFor(provider, nodes))

    await world.run()

    await expectHealed(world, operationId, nodes)
  })

  test('credentials that expire under a running job are read anew, and its end is seen', async () => {
    const world = await openWorld({ clouds })
    const right = credentialsOf(provider)
    const operationId = await world.accept(requestFor(provider, nodes))
    await world.deliver()
    // What is remembered from now on is what is stored for a moment only.
    world.clock.advance(5 * MINUTE_MS)
    world.store(provider, wrongOf(provider))
    await world.credentials(provider, 'default')
    world.store(provider, right)

    await world.run()

    expect(await world.operation(operationId)).toMatchObject({ status: 'SUCCEEDED' })
    expect(world.network.submits()).toHaveLength(1)
    expect(alarms(world)).toBe(0)
    await expectWhole(world, [operationId])
  })

  test('wrong credentials fail the operation at once, with one refusal, and somebody is told', async () => {
    const world = await openWorld({ clouds })
    world.store(provider, wrongOf(provider))
    const operationId = await world.accept(requestFor(provider, nodes))
    const since = world.clock.now()

    await world.run()

    const { status, counts } = await world.operation(operationId)
    expect({ status, failed: counts.failed }).toEqual({ status: 'FAILED', failed: nodes })
    expect(world.clock.now() - since).toBeLessThan(MINUTE_MS)
    expect(world.network.calls).toHaveLength(1)
    expect((await world.nodes(operationId))[0]?.code).toMatch(/^(?:APIGW\.0301|1200)$/)
    expect(world.acted()).toEqual([])
    expect(alarms(world)).toBe(1)
    await expectWhole(world, [operationId])
  })

  test.each([-20, 20])(
    'a clock that is %i minutes ahead is learned once, and the operation succeeds',
    async (ahead) => {
      const world = await openWorld({ clouds, skewMs: ahead * MINUTE_MS })
      const operationId = await world.accept(requestFor(provider, nodes))

      await world.run()

      await expectHealed(world, operationId, nodes)
    },
  )
})

describe('wrong credentials', () => {
  const invokersOf = (world: World) => Array.from({ length: 8 }, () => world.start())

  /** All that is due, over and over, by eight invokers at once and a poller. */
  const runBy = async (world: World, invokers: ReturnType<typeof invokersOf>): Promise<void> => {
    while ((await world.nextAt()) !== null) {
      const messages = world.platform.messages.splice(0)
      await Promise.all(
        invokers.map(async (process, i) =>
          world.deliver(
            process,
            messages.filter((_, m) => m % invokers.length === i),
          ),
        ),
      )
      const next = await world.nextAt()
      if (await world.pass()) world.clock.advance(100)
      else if (world.platform.messages.length === 0 && next !== null) world.clock.advanceTo(next)
    }
  }

  test('of 16 batches and eight invokers cost one refusal each invoker, and then one for each wait', async () => {
    const world = await openWorld({ clouds: servers('otc-ecs', 16) })
    world.store('otc-ecs', wrongOf('otc-ecs'))
    const invokers = invokersOf(world)
    const request = requestFor('otc-ecs', 16, { rollout: { batchSize: 1 } })
    const operationId = await world.accept(request)
    const since = world.clock.now()

    await runBy(world, invokers)

    const afterMs = world.clock.now() - since
    const { status, counts } = await world.operation(operationId)
    expect({ status, failed: counts.failed }).toEqual({ status: 'FAILED', failed: 16 })
    expect(afterMs).toBeLessThan(3 * MINUTE_MS)
    expect(world.network.calls.length).toBeLessThanOrEqual(8 + 2)
    expect(world.acted()).toEqual([])
    const reasons = (await world.nodes(operationId)).map(({ code, reason }) => `${code} ${reason}`)
    expect(reasons.every((one) => one.includes('APIGW.0301'))).toBe(true)
    await expectWhole(world, [operationId])
  })

  test('cost those that come after only a probe for each wait, however many operations there are', async () => {
    const world = await openWorld({ clouds: servers('otc-ecs', 12) })
    world.store('otc-ecs', wrongOf('otc-ecs'))
    const first = await world.accept(requestFor('otc-ecs', 1))
    await world.deliver()
    const invokers = invokersOf(world)
    const others: string[] = []
    for (let i = 1; i < 12; i += 1) others.push(await world.accept(requestFor('otc-ecs', 0, { nodeIds: [nodeId(i)] })))

    await runBy(world, invokers)

    // One at the beginning, one after 30 s and one after 60 s more.
    expect(world.network.calls.length).toBeLessThanOrEqual(3)
    for (const id of [first, ...others]) expect(await world.operation(id)).toMatchObject({ status: 'FAILED' })
    expect(world.acted()).toEqual([])
    await expectWhole(world, [first, ...others])
  })

  test('that are put right within the minute cost the batch that was refused, and no other', async () => {
    const world = await openWorld({ clouds: servers('otc-ecs', 3) })
    world.store('otc-ecs', wrongOf('otc-ecs'))
    const first = await world.accept(requestFor('otc-ecs', 1))
    const second = await world.accept(requestFor('otc-ecs', 0, { nodeIds: [nodeId(1), nodeId(2)] }))
    await world.deliver()
    world.store('otc-ecs', credentialsOf('otc-ecs'))

    await world.run()

    expect(await world.operation(first)).toMatchObject({ status: 'FAILED' })
    expect(await world.operation(second)).toMatchObject({ status: 'SUCCEEDED', counts: { succeeded: 2 } })
    expect(world.acted()).toHaveLength(2)
    await expectWhole(world, [first, second])
  })

  test('of one account do not hold up another', async () => {
    const world = await openWorld({ clouds: ehpcCluster(4) })
    world.store('otc-ecs', wrongOf('otc-ecs'))
    const refused = await world.accept(requestFor('otc-ecs', 1))
    await world.deliver()
    const other = await world.accept(requestFor('qingcloud-ehpc', 0, { nodeIds: idsFor('qingcloud-ehpc', 2) }))

    await world.run()

    expect(await world.operation(refused)).toMatchObject({ status: 'FAILED' })
    expect(await world.operation(other)).toMatchObject({ status: 'SUCCEEDED' })
    await expectWhole(world, [refused, other])
  })

  test('that the provider takes again are found out by a probe, and a running job is followed to its end', async () => {
    const world = await openWorld({ clouds: servers('otc-ecs', 2) })
    const operationId = await world.accept(requestFor('otc-ecs', 2))
    await world.deliver()
    const refusal = { error_code: 'APIGW.0301', error_msg: 'Incorrect IAM authentication information' }
    world.network.fail({
      method: 'GET',
      times: 2,
      outcome: () => ({ kind: 'response', status: 401, headers: {}, text: '', json: refusal, receivedAt: 0 }),
    })

    await world.run()

    expect(await world.operation(operationId)).toMatchObject({ status: 'SUCCEEDED', counts: { succeeded: 2 } })
    expect(alarms(world)).toBe(2)
    await expectWhole(world, [operationId])
  })
})
