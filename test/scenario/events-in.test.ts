import { describe, expect, test } from 'vitest'
import { expectWhole } from '../helpers/world/expect-whole.ts'
import { ehpcCluster } from '../helpers/world/fleets.ts'
import { Died } from '../helpers/world/life.ts'
import { replying } from '../helpers/world/network.ts'
import { requestFor } from '../helpers/world/requests.ts'
import { openWorld, type World } from '../helpers/world/world.ts'

const requested = (id: string, detail = requestFor('otc-ecs', 2)) => ({
  version: '0',
  id,
  'detail-type': 'Node Operation Requested',
  source: 'team.blue',
  detail,
})

const made = async (world: World) => {
  const { body } = await world.call('GET /v1/operations')
  return body.items as { operationId: string; trigger: string; principal: string | null }[]
}

describe('a custom event', () => {
  test('that is delivered twice is one operation', async () => {
    const world = await openWorld()

    await Promise.all([world.event(requested('e1')), world.event(requested('e1'))])
    await world.event(requested('e1'))
    await world.run()

    const operations = await made(world)
    expect(operations).toMatchObject([{ trigger: 'event', principal: 'team.blue' }])
    expect(world.acted()).toHaveLength(2)
    await expectWhole(
      world,
      operations.map(({ operationId }) => operationId),
    )
  })

  test('with another id is another operation', async () => {
    const world = await openWorld()

    await world.event(requested('e1'))
    await world.event(requested('e2'))

    expect(await made(world)).toHaveLength(2)
  })

  test('that fails for a passing reason is thrown back, and made up for when it comes again', async () => {
    const world = await openWorld({ clouds: ehpcCluster(3) })
    const event = requested('e1', requestFor('qingcloud-ehpc', 2, { action: 'delete' }))
    world.network.fail({ method: 'GET', outcome: replying(500, { message: 'oops' }) })

    await expect(world.event(event)).rejects.toThrow('cannot be read')
    expect(await made(world)).toEqual([])
    await world.event(event)
    await world.run()

    expect(world.acted()).toHaveLength(2)
  })

  test('whose ingest died is made up for when it comes again', async () => {
    const world = await openWorld()
    const failed = world.event(requested('e1'), { process: world.start(({ count }) => count === 2) })
    await expect(failed).rejects.toThrow(Died)

    await world.event(requested('e1'))
    await world.run()

    expect(world.acted()).toHaveLength(2)
  })
})

describe("a schedule's constant input", () => {
  const scheduled = (scheduledTime: string) => ({ ...requestFor('otc-ecs', 2), scheduledTime })

  test('twice at the same scheduled time is one operation', async () => {
    const world = await openWorld()

    await world.event(scheduled('2026-01-05T03:00:00Z'), { invocationId: 'first' })
    await world.event(scheduled('2026-01-05T03:00:00Z'), { invocationId: 'second' })
    await world.run()

    expect(await made(world)).toMatchObject([{ trigger: 'schedule' }])
    expect(world.acted()).toHaveLength(2)
  })

  test('at another scheduled time is another operation', async () => {
    const world = await openWorld()

    await world.event(scheduled('2026-01-05T03:00:00Z'))
    await world.event(scheduled('2026-01-06T03:00:00Z'))

    expect(await made(world)).toHaveLength(2)
  })

  test('without a time, repeated by the platform under the same invocation id, is one operation', async () => {
    const world = await openWorld()
    const input = requestFor('otc-ecs', 2)

    await world.event(input, { invocationId: 'same' })
    await world.event(input, { invocationId: 'same' })

    expect(await made(world)).toHaveLength(1)
  })
})
