import { describe, expect, test } from 'vitest'
import { dueShards } from '../../lib/aws/ledger/due-index.ts'
import { expectWhole } from '../helpers/world/expect-whole.ts'
import { searchClusters, servers } from '../helpers/world/fleets.ts'
import { requestFor } from '../helpers/world/requests.ts'
import { openWorld } from '../helpers/world/world.ts'

const WORK_MS = 55_000

describe('the poller', () => {
  test('stops at once when nothing is open', async () => {
    const world = await openWorld()
    const before = world.clock.now()

    const passes = await world.workOn('one', WORK_MS)

    expect(passes).toBe(0)
    expect(world.clock.now()).toBe(before)
  })

  test('works on within its minute until the jobs are over, and no longer', async () => {
    const world = await openWorld({ clouds: servers('otc-ecs', 2) })
    const operationId = await world.accept(requestFor('otc-ecs', 2))
    await world.deliver()
    const before = world.clock.now()

    await world.workOn('one', WORK_MS)

    expect(await world.operation(operationId)).toMatchObject({ status: 'SUCCEEDED' })
    expect(world.clock.now() - before).toBeLessThan(WORK_MS)
    expect(await world.workOn('two', WORK_MS)).toBe(0)
    await expectWhole(world, [operationId])
  })

  test('leaves what is not over in its minute to the next one', async () => {
    const clouds = searchClusters('otc-css', 1)
    const oddities = { unseenMs: [0, 0] as const, restartMs: [70_000, 70_000] as const }
    const world = await openWorld({ clouds: { 'otc-css': { ...clouds['otc-css'], oddities } } })
    const operationId = await world.accept(requestFor('otc-css', 1))
    await world.deliver()
    const before = world.clock.now()

    await world.workOn('one', WORK_MS)
    expect(world.clock.now() - before).toBeLessThan(WORK_MS + 2_000)
    for (let minute = 2; (await world.ledger.agenda(1)).length > 0; minute += 1) {
      world.clock.advanceTo(before + minute * 60_000)
      await world.workOn(`minute ${minute}`, WORK_MS)
    }

    expect(await world.operation(operationId)).toMatchObject({ status: 'SUCCEEDED' })
    await expectWhole(world, [operationId])
  })

  test('leaves the work to another that is at it', async () => {
    const world = await openWorld({ clouds: servers('otc-ecs', 2) })
    await world.accept(requestFor('otc-ecs', 2))
    await world.deliver()

    const passes = await Promise.all([world.workOn('one', WORK_MS), world.workOn('two', WORK_MS, world.start())])

    expect(passes.toSorted((a, b) => a - b)[0]).toBe(0)
    expect(Math.max(...passes)).toBeGreaterThan(0)
  })

  test('that stood by has a whole term of its own when that of the other is over', async () => {
    const clouds = searchClusters('otc-css', 1)
    const oddities = { unseenMs: [0, 0] as const, restartMs: [80_000, 80_000] as const }
    const world = await openWorld({ clouds: { 'otc-css': { ...clouds['otc-css'], oddities } } })
    const operationId = await world.accept(requestFor('otc-css', 1))
    await world.deliver()
    const before = world.clock.now()

    const passes = await Promise.all([world.workOn('one', WORK_MS), world.workOn('two', WORK_MS, world.start())])

    expect(await world.operation(operationId)).toMatchObject({ status: 'SUCCEEDED' })
    expect(world.clock.now() - before).toBeGreaterThan(WORK_MS)
    expect(Math.min(...passes)).toBeGreaterThan(0)
  })

  test('takes over from one that died', async () => {
    const world = await openWorld({ clouds: servers('otc-ecs', 2) })
    const operationId = await world.accept(requestFor('otc-ecs', 2))
    await world.deliver()
    await world
      .workOn(
        'dead',
        WORK_MS,
        world.start(({ name }) => name === 'acquire'),
      )
      .catch(() => {})
    world.clock.advance(90_000)

    await world.workOn('next', WORK_MS)

    expect(await world.operation(operationId)).toMatchObject({ status: 'SUCCEEDED' })
    await expectWhole(world, [operationId])
  })

  test('looks at an ECS job where it is likely to end: few calls, and the end is seen soon', async () => {
    const world = await openWorld({ clouds: servers('otc-ecs', 200) })
    const operationId = await world.accept(requestFor('otc-ecs', 200))

    await world.run()

    const looks = world.network.calls.filter(({ path }) => path.includes('/jobs/'))
    expect(looks.length).toBeLessThanOrEqual(12)
    expect(await world.operation(operationId)).toMatchObject({ status: 'SUCCEEDED' })
  })

  test('does not stop at a row that it cannot read, nor runs in circles for it', async () => {
    const world = await openWorld({ clouds: servers('otc-ecs', 2) })
    const broken = await world.accept(requestFor('otc-ecs', 1))
    const operationId = await world.accept(requestFor('otc-ecs', 2, { action: 'stop' }))
    await world.deliver(undefined, world.platform.messages.splice(1, 1))
    await breakRow(world, broken)

    await world.workOn('one', WORK_MS)

    expect(await world.operation(operationId)).toMatchObject({ status: 'SUCCEEDED' })
    const told = world.lines.filter((line) => line.includes(`B#${broken}.0001`)).length
    expect(told).toBeGreaterThan(0)
    expect(told).toBeLessThan(20)
    expect(world.metered()).toMatchObject({ WorkFailures: told })
  })
})

const breakRow = async ({ table }: Awaited<ReturnType<typeof openWorld>>, operationId: string): Promise<void> => {
  const { UpdateItemCommand } = await import('@aws-sdk/client-dynamodb')
  await table.client.send(
    new UpdateItemCommand({
      TableName: table.tableName,
      Key: { pk: { S: `OP#${operationId}` }, sk: { S: `B#${operationId}.0001` } },
      UpdateExpression: 'SET body = :broken, dueShard = :shard, due = :long_ago',
      ExpressionAttributeValues: { ':broken': { S: '{' }, ':shard': { S: dueShards[0] }, ':long_ago': { N: '1' } },
    }),
  )
}
