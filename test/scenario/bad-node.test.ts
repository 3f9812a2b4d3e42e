import { describe, expect, test } from 'vitest'
import { nodeId } from '../helpers/builders.ts'
import { expectWhole } from '../helpers/world/expect-whole.ts'
import { ehpcCluster, servers } from '../helpers/world/fleets.ts'
import { lostAfter } from '../helpers/world/network.ts'
import { ehpcNodeId, requestFor, targets } from '../helpers/world/requests.ts'
import { openWorld } from '../helpers/world/world.ts'

describe('one bad node', () => {
  test('in a batch of 1,000 fails alone, and the others are restarted once', async () => {
    const world = await openWorld({ clouds: servers('otc-ecs', 999) })
    const operationId = await world.accept(requestFor('otc-ecs', 1000))

    await world.run()

    const { status, counts } = await world.operation(operationId)
    expect({ status, counts }).toMatchObject({ status: 'PARTIAL', counts: { total: 1000, succeeded: 999, failed: 1 } })
    expect(await world.nodes(operationId, 'failed')).toMatchObject([{ nodeId: nodeId(999), code: 'Ecs.0114' }])
    expect(world.acted()).toHaveLength(999)
    // One call is refused, a look tells the bad one from the others, and each gets a call of its own.
    expect(world.network.submits()).toHaveLength(3)
    await expectWhole(world, [operationId])
  })

  test('among others is found even when the answer to a half is lost', async () => {
    const world = await openWorld({ clouds: servers('otc-ecs', 7) })
    const operationId = await world.accept(requestFor('otc-ecs', 8))
    await world.deliver()
    world.network.fail({ method: 'POST', outcome: lostAfter })

    await world.run()

    expect(await world.operation(operationId)).toMatchObject({ counts: { succeeded: 7, failed: 1 } })
    expect(world.acted()).toHaveLength(7)
    await expectWhole(world, [operationId])
  })

  test('that hangs does not keep the others of its call waiting', async () => {
    const clouds = servers('huaweicloud-ecs', 3)
    const stuck = { 'huaweicloud-ecs': { fleet: { ...clouds['huaweicloud-ecs']?.fleet, stuck: [nodeId(0)] } } }
    const world = await openWorld({ clouds: stuck })
    const hanging = await world.accept(requestFor('huaweicloud-ecs', 1))
    await world.run()
    expect(await world.operation(hanging)).toMatchObject({ counts: { unknown: 1 } })

    const operationId = await world.accept(requestFor('huaweicloud-ecs', 3))
    await world.run()

    expect(await world.operation(operationId)).toMatchObject({ status: 'PARTIAL', counts: { succeeded: 2, failed: 1 } })
    const { succeeded } = Object.groupBy(await world.nodes(operationId), ({ outcome }) => outcome)
    const since = Date.parse((await world.operation(operationId)).createdAt ?? '')
    for (const { at } of succeeded ?? []) expect(Date.parse(at ?? '') - since).toBeLessThan(120_000)
    expect(succeeded).toHaveLength(2)
  })

  test('of an EHPC batch fails alone', async () => {
    const world = await openWorld({ clouds: ehpcCluster(5) })
    const operationId = await world.accept(requestFor('qingcloud-ehpc', 6))

    await world.run()

    expect(await world.operation(operationId)).toMatchObject({ counts: { succeeded: 5, failed: 1 } })
    expect(await world.nodes(operationId, 'failed')).toMatchObject([{ nodeId: ehpcNodeId(5), code: '2100' }])
    await expectWhole(world, [operationId])
  })
})

describe('a goal that is already met is a success', () => {
  const stopped = (provider: 'otc-ecs' | 'huaweicloud-bms') => {
    const { projectId = '' } = targets[provider]
    const status = (i: number) => (i === 2 ? 'SHUTOFF' : 'ACTIVE')
    const fleet = [0, 1, 2, 3].map((i) => ({ id: nodeId(i), projectId, status: status(i) }) as const)
    return { [provider]: { fleet: { unknown: 'missing' as const, servers: fleet } } }
  }

  test.each(['otc-ecs', 'huaweicloud-bms'] as const)('stop of a server of %s that is off', async (provider) => {
    const world = await openWorld({ clouds: stopped(provider) })
    const operationId = await world.accept(requestFor(provider, 4, { action: 'stop' }))

    await world.run()

    expect(await world.operation(operationId)).toMatchObject({ status: 'SUCCEEDED', counts: { succeeded: 4 } })
    expect(world.acted().toSorted()).toEqual([0, 1, 3].map((i) => `stop ${nodeId(i)}`))
    await expectWhole(world, [operationId])
  })

  test('start of servers most of which run takes a call for those that do not', async () => {
    const { projectId = '' } = targets['otc-ecs']
    const status = (i: number) => (i < 2 ? 'SHUTOFF' : 'ACTIVE')
    const fleet = Array.from({ length: 64 }, (_, i) => ({ id: nodeId(i), projectId, status: status(i) }) as const)
    const world = await openWorld({ clouds: { 'otc-ecs': { fleet: { servers: fleet } } } })
    const operationId = await world.accept(requestFor('otc-ecs', 64, { action: 'start' }))

    await world.run()

    expect(await world.operation(operationId)).toMatchObject({ status: 'SUCCEEDED', counts: { succeeded: 64 } })
    expect(world.acted()).toHaveLength(2)
    expect(world.network.submits()).toHaveLength(2)
    await expectWhole(world, [operationId])
  })

  test('delete of a server that does not exist', async () => {
    const world = await openWorld({ clouds: servers('otc-ecs', 3) })
    const operationId = await world.accept(requestFor('otc-ecs', 4, { action: 'delete' }))

    await world.run()

    expect(await world.operation(operationId)).toMatchObject({ status: 'SUCCEEDED', counts: { succeeded: 4 } })
    expect(world.acted()).toHaveLength(3)
    await expectWhole(world, [operationId])
  })

  test('delete of a server that is found missing only in the job', async () => {
    const clouds = servers('otc-ecs', 3)
    const world = await openWorld({ clouds: { 'otc-ecs': { ...clouds['otc-ecs'], oddities: { missing: 'sub-job' } } } })
    const operationId = await world.accept(requestFor('otc-ecs', 4, { action: 'delete' }))

    await world.run()

    expect(await world.operation(operationId)).toMatchObject({ status: 'SUCCEEDED', counts: { succeeded: 4 } })
    await expectWhole(world, [operationId])
  })

  test('stop of an EHPC cluster that is stopped', async () => {
    const world = await openWorld({ clouds: ehpcCluster(2, 'stopped') })
    const { zone, clusterId } = targets['qingcloud-ehpc']
    const request = requestFor('qingcloud-ehpc', 0, { action: 'stop', target: { zone }, nodeIds: [clusterId] })
    const operationId = await world.accept(request)

    await world.run()

    expect(await world.operation(operationId)).toMatchObject({ status: 'SUCCEEDED' })
    expect(world.acted()).toEqual([])
    await expectWhole(world, [operationId])
  })
})
