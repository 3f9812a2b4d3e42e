import { describe, expect, test } from 'vitest'
import { nodeId } from '../helpers/builders.ts'
import { expectWhole } from '../helpers/world/expect-whole.ts'
import { searchClusters } from '../helpers/world/fleets.ts'
import { requestFor } from '../helpers/world/requests.ts'
import { openWorld } from '../helpers/world/world.ts'

type Oddities = NonNullable<NonNullable<ReturnType<typeof searchClusters>['otc-css']>['oddities']>

const restarted = async (oddities: Oddities) => {
  const clouds = searchClusters('otc-css', 1)
  const world = await openWorld({ clouds: { 'otc-css': { ...clouds['otc-css'], oddities } } })
  const begin = world.clock.now()
  const operationId = await world.accept(requestFor('otc-css', 1))
  await world.run()
  const operation = await world.operation(operationId)
  return { world, operation, tookMs: Date.parse(operation.endedAt ?? '') - begin }
}

describe('the restart of a search cluster', () => {
  test('that nobody saw begin is not done before 60 s have passed', async () => {
    const { world, operation, tookMs } = await restarted({
      unseenMs: [59_000, 59_000],
      restartMs: [100, 100],
      trailingMs: [0, 0],
    })

    expect(operation).toMatchObject({ status: 'SUCCEEDED' })
    expect(tookMs).toBeGreaterThanOrEqual(60_000)
    await expectWhole(world, [operation.operationId])
  })

  test('that was seen to restart is done as soon as it is over', async () => {
    const { operation, tookMs } = await restarted({
      unseenMs: [0, 0],
      restartMs: [30_000, 30_000],
      trailingMs: [1_000, 1_000],
    })

    expect(operation).toMatchObject({ status: 'SUCCEEDED' })
    expect(tookMs).toBeGreaterThanOrEqual(31_000)
    expect(tookMs).toBeLessThan(60_000)
  })

  test('is not done while the action is listed, whatever the nodes say', async () => {
    const { operation, tookMs } = await restarted({
      unseenMs: [0, 0],
      restartMs: [10_000, 10_000],
      trailingMs: [90_000, 90_000],
      restartingNodes: 'stay',
      restartingStatus: '200',
    })

    expect(operation).toMatchObject({ status: 'SUCCEEDED' })
    expect(tookMs).toBeGreaterThanOrEqual(100_000)
  })

  test('that ends unavailable is failed, with the reason of the provider', async () => {
    const clouds = searchClusters('huaweicloud-css', 2)
    const { fleet } = clouds['huaweicloud-css'] ?? {}
    const world = await openWorld({ clouds: { 'huaweicloud-css': { fleet: { ...fleet, failing: [nodeId(0)] } } } })
    const operationId = await world.accept(requestFor('huaweicloud-css', 2))

    await world.run()

    expect(await world.operation(operationId)).toMatchObject({ status: 'PARTIAL', counts: { succeeded: 1, failed: 1 } })
    expect(await world.nodes(operationId, 'failed')).toMatchObject([
      { nodeId: nodeId(0), code: expect.stringMatching(/^CSS\./) },
    ])
    await expectWhole(world, [operationId])
  })
})
