import { describe, expect, test } from 'vitest'
import type { CloudWishes, ProviderId } from '../helpers/world/clouds.ts'
import { expectWhole } from '../helpers/world/expect-whole.ts'
import { ehpcCluster, searchClusters, servers } from '../helpers/world/fleets.ts'
import { lostAfter, lostBefore, notSent, replying } from '../helpers/world/network.ts'
import { idsFor, requestFor, targets } from '../helpers/world/requests.ts'
import { openWorld } from '../helpers/world/world.ts'

type Case = { provider: ProviderId; action: string; clouds: CloudWishes; changes?: Record<string, unknown> }

const onCluster = {
  target: { zone: targets['qingcloud-ehpc']['zone'] },
  nodeIds: [targets['qingcloud-ehpc']['clusterId']],
}

const cases: Case[] = [
  { provider: 'otc-ecs', action: 'restart', clouds: servers('otc-ecs', 12) },
  { provider: 'otc-ecs', action: 'stop', clouds: servers('otc-ecs', 2) },
  { provider: 'otc-ecs', action: 'start', clouds: servers('otc-ecs', 2, 'SHUTOFF') },
  { provider: 'huaweicloud-ecs', action: 'delete', clouds: servers('huaweicloud-ecs', 2) },
  { provider: 'huaweicloud-bms', action: 'restart', clouds: servers('huaweicloud-bms', 2) },
  { provider: 'otc-bms', action: 'stop', clouds: servers('otc-bms', 2) },
  { provider: 'otc-css', action: 'restart', clouds: searchClusters('otc-css', 1) },
  {
    provider: 'huaweicloud-css',
    action: 'restart',
    clouds: searchClusters('huaweicloud-css', 1),
    changes: { options: { rolling: true } },
  },
  { provider: 'qingcloud-ehpc', action: 'restart', clouds: ehpcCluster(4) },
  {
    provider: 'qingcloud-ehpc',
    action: 'delete',
    clouds: ehpcCluster(4),
    changes: { nodeIds: idsFor('qingcloud-ehpc', 2) },
  },
  { provider: 'qingcloud-ehpc', action: 'stop', clouds: ehpcCluster(2), changes: onCluster },
  { provider: 'qingcloud-ehpc', action: 'start', clouds: ehpcCluster(2, 'stopped'), changes: onCluster },
]

const fleetSize = ({ clouds, provider }: Case): number =>
  clouds[provider]?.fleet && 'servers' in clouds[provider].fleet ? (clouds[provider].fleet.servers?.length ?? 0) : 0

const requestOf = (one: Case): Record<string, unknown> =>
  requestFor(one.provider, fleetSize(one) || (one.provider === 'qingcloud-ehpc' ? 3 : 1), {
    action: one.action,
    ...one.changes,
  })

const totalOf = (one: Case): number => (requestOf(one)['nodeIds'] as unknown[]).length

describe.each(cases)('$action at $provider', (one) => {
  test('whose answer was lost and that was applied is followed, never repeated', async () => {
    const world = await openWorld({ clouds: one.clouds })
    world.network.fail({ method: 'POST', outcome: lostAfter })
    const operationId = await world.accept(requestOf(one))

    await world.run()

    expect(world.network.submits()).toHaveLength(1)
    expect(world.acted()).toHaveLength(totalOf(one))
    expect(await world.operation(operationId)).toMatchObject({
      status: 'SUCCEEDED',
      counts: { succeeded: totalOf(one), unknown: 0 },
    })
    await expectWhole(world, [operationId])
  })

  test('whose answer was lost and that was not applied is sent again, once', async () => {
    const world = await openWorld({ clouds: one.clouds })
    world.network.fail({ method: 'POST', outcome: lostBefore })
    const operationId = await world.accept(requestOf(one))

    await world.run()

    expect(world.network.submits()).toHaveLength(2)
    expect(world.acted()).toHaveLength(totalOf(one))
    expect(await world.operation(operationId)).toMatchObject({
      status: 'SUCCEEDED',
      counts: { succeeded: totalOf(one), unknown: 0 },
    })
    await expectWhole(world, [operationId])
  })
})

test.each([
  ['502', replying(502, { message: 'bad gateway' })],
  ['503', replying(503, { message: 'unavailable' })],
  ['a redirect', replying(307, {}, { location: 'http://elsewhere.test/' })],
  ['a refused connection', notSent],
])('%s before anything was done ends done, once', async (_, outcome) => {
  const world = await openWorld({ clouds: servers('otc-ecs', 3) })
  world.network.fail({ method: 'POST', outcome })
  const operationId = await world.accept(requestFor('otc-ecs', 3))

  await world.run()

  expect(world.acted()).toHaveLength(3)
  expect(await world.operation(operationId)).toMatchObject({ status: 'SUCCEEDED' })
  await expectWhole(world, [operationId])
})

test('an answer that was lost is never judged not applied before the grace time is over', async () => {
  const world = await openWorld({ clouds: servers('otc-ecs', 2) })
  world.network.fail({ method: 'POST', outcome: lostBefore })
  await world.accept(requestFor('otc-ecs', 2))

  await world.run()

  const [first, second] = world.network.submits()
  expect(second!.at - first!.at).toBeGreaterThanOrEqual(60_000)
})

test('what can be neither proved nor disproved is a matter for a person, and is not sent again', async () => {
  const world = await openWorld({ clouds: servers('otc-ecs', 2) })
  world.network.fail(
    { method: 'POST', outcome: lostAfter },
    { method: 'GET', times: 100_000, outcome: replying(503, { message: 'unavailable' }) },
  )
  const operationId = await world.accept(requestFor('otc-ecs', 2))

  await world.run()

  expect(world.network.submits()).toHaveLength(1)
  expect(await world.operation(operationId)).toMatchObject({ status: 'NEEDS_ATTENTION', counts: { unknown: 2 } })
  await expectWhole(world, [operationId])
})
