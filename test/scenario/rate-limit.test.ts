import { expect, test } from 'vitest'
import { expectWhole } from '../helpers/world/expect-whole.ts'
import { shuffled } from '../helpers/world/shuffled.ts'
import { nodeId } from '../helpers/builders.ts'
import { lostAfter } from '../helpers/world/network.ts'
import { requestFor, targets } from '../helpers/world/requests.ts'
import { openWorld } from '../helpers/world/world.ts'

const MINUTE_MS = 60_000

/** The most servers that were acted on within any rolling minute, as the provider counts them. */
const mostPerMinute = (times: readonly number[]): number => {
  const sorted = times.toSorted((a, b) => a - b)
  let from = 0
  let most = 0
  for (const [i, at] of sorted.entries()) {
    while (sorted[from]! <= at - MINUTE_MS) from += 1
    most = Math.max(most, i - from + 1)
  }
  return most
}

/** Two requests of 1,000 servers each, carried out by eight invokers at once; when servers were acted on, since the first. */
const actedBy8Invokers = async (batchSizes: readonly number[]) => {
  const world = await openWorld()
  const invokers = Array.from({ length: 8 }, () => world.start())
  const ids: string[] = []
  for (const [n, batchSize] of batchSizes.entries()) {
    const nodeIds = Array.from({ length: 1000 }, (_, i) => nodeId(n * 1000 + i))
    ids.push(await world.accept(requestFor('otc-ecs', 0, { nodeIds, rollout: { batchSize } })))
  }

  for (let round = 1; (await world.nextAt()) !== null; round += 1) {
    const messages = shuffled(world.platform.messages.splice(0), round)
    await Promise.all(
      invokers.map(async (process, i) =>
        world.deliver(
          process,
          messages.filter((_, m) => m % 8 === i),
        ),
      ),
    )
    const busy = await world.pass()
    const next = await world.nextAt()
    if (busy) world.clock.advance(100)
    else if (world.platform.messages.length === 0 && next !== null) world.clock.advanceTo(next)
  }
  const times = world.fakes
    .get('otc-ecs')!
    .actions()
    .map(({ at }) => at)
  const first = Math.min(...times)
  return { world, ids, times: times.map((at) => at - first) }
}

test.each([
  // These do not always fill a minute to the last server.
  { batchSizes: [77, 250], withinMs: 2.1 * MINUTE_MS },
  // 1,000 at once, and as many after a minute: at least 98 % of what is allowed.
  { batchSizes: [100, 100], withinMs: MINUTE_MS / 0.98 },
])(
  '1,000 ECS a minute and project hold across operations with batches of $batchSizes and eight invokers at once, without a refusal',
  async ({ batchSizes, withinMs }) => {
    const { world, ids, times } = await actedBy8Invokers(batchSizes)

    expect(times).toHaveLength(2000)
    expect(mostPerMinute(times)).toBeLessThanOrEqual(1000)
    expect(Math.max(...times)).toBeLessThanOrEqual(withinMs)
    expect(new Set(world.network.submits().map(({ status }) => status))).toEqual(new Set([200]))
    for (const id of ids) expect(await world.operation(id)).toMatchObject({ status: 'SUCCEEDED' })
    await expectWhole(world, ids)
  },
)

test('servers whose call was lost count for as long as it may still reach the provider', async () => {
  const world = await openWorld()
  await world.accept(requestFor('otc-ecs', 1000))
  world.network.fail({ method: 'POST', outcome: lostAfter })
  await world.deliver()
  await world.accept(requestFor('otc-ecs', 0, { nodeIds: Array.from({ length: 1000 }, (_, i) => nodeId(10_000 + i)) }))

  await world.run()

  const [lost, next, ...others] = world.network.submits()
  expect(others).toEqual([])
  // The grace time of a minute, and the limit's own.
  expect(next!.at - lost!.at).toBeGreaterThanOrEqual(2 * MINUTE_MS)
})

test.each(['one', 'another'])('the account that asks makes no other count of a project: %s', async (account) => {
  const world = await openWorld()
  const full = { id: null, units: 1000, until: world.clock.now() + MINUTE_MS }
  const { region, projectId } = targets['otc-ecs']
  const now = world.clock.now()
  await world.ledger.updateRate(
    `otc-ecs nodes ${region} ${projectId}`,
    () => ({ rate: { grants: [full], tickets: [] }, result: null }),
    now,
  )
  await world.accept(requestFor('otc-ecs', 1, { target: { ...targets['otc-ecs'], account } }))
  await world.deliver()

  expect(world.network.submits()).toEqual([])
})

test('projects have counts of their own', async () => {
  const world = await openWorld()
  const target = { region: 'eu-de', projectId: 'another-project' }
  const ids = Array.from({ length: 1000 }, (_, i) => nodeId(10_000 + i))
  const begin = world.clock.now()
  await world.accept(requestFor('otc-ecs', 1000))
  await world.accept(requestFor('otc-ecs', 0, { target, nodeIds: ids }))

  await world.deliver()

  expect(world.acted()).toHaveLength(2000)
  expect(world.clock.now() - begin).toBeLessThan(1_000)
})

test('over its part of the hourly quota of EHPC nothing is started, and the operation goes on when there is room', async () => {
  const world = await openWorld()
  const used = { id: null, units: 600, until: world.clock.now() + 600_000 }
  const scope = 'qingcloud-ehpc calls default'
  await world.ledger.updateRate(
    scope,
    () => ({ rate: { grants: [used], tickets: [] }, result: null }),
    world.clock.now(),
  )
  const operationId = await world.accept(requestFor('qingcloud-ehpc', 3))

  await world.run()

  const early = world.network.calls.filter(({ at }) => at < used.until)
  expect(early).toHaveLength(0)
  expect(await world.operation(operationId)).toMatchObject({ status: 'SUCCEEDED', counts: { succeeded: 3 } })
  await expectWhole(world, [operationId])
})

test('what was started is followed even when the part of the quota for starting is used up', async () => {
  const world = await openWorld()
  const used = { id: null, units: 599, until: world.clock.now() + 3_600_000 }
  await world.ledger.updateRate(
    'qingcloud-ehpc calls default',
    () => ({ rate: { grants: [used], tickets: [] }, result: null }),
    world.clock.now(),
  )
  const operationId = await world.accept(requestFor('qingcloud-ehpc', 3))

  await world.run()

  const ended = await world.operation(operationId)
  expect(ended).toMatchObject({ status: 'SUCCEEDED', counts: { succeeded: 3 } })
  expect(Date.parse(String(ended.endedAt))).toBeLessThan(used.until)
})
