import { describe, expect, test } from 'vitest'
import { expectSameContent, expectWhole } from '../helpers/world/expect-whole.ts'
import { servers } from '../helpers/world/fleets.ts'
import type { PlatformFault } from '../helpers/world/platform.ts'
import { requestFor } from '../helpers/world/requests.ts'
import { openWorld } from '../helpers/world/world.ts'

const faults: [string, PlatformFault][] = [
  ['takes some entries only', { refuse: [0, 2] }],
  ['cannot be reached', 'unreachable'],
  ['takes all and its answer is lost', 'answer lost'],
]
const request = requestFor('otc-ecs', 12, { rollout: { batchSize: 2 } })

describe('a platform that', () => {
  test.each(faults)('%s when messages are sent: every batch is submitted, once', async (_, fault) => {
    const world = await openWorld({ clouds: servers('otc-ecs', 12) })
    world.platform.sendFaults.push(fault, fault)
    const operationId = await world.accept(request)

    await world.run()

    expect(await world.operation(operationId)).toMatchObject({ status: 'SUCCEEDED', counts: { succeeded: 12 } })
    expect(world.network.submits()).toHaveLength(6)
    await expectWhole(world, [operationId])
  })

  test.each(faults)(
    '%s when events are published: every change is out in the end, the same to the letter',
    async (_, fault) => {
      const world = await openWorld({ clouds: servers('otc-ecs', 12) })
      // So many that ends are among what is refused, too.
      world.platform.putFaults.push(...Array.from({ length: 12 }, () => fault))
      const operationId = await world.accept(request)

      await world.run()

      expect(world.platform.putFaults).toEqual([])
      await expectWhole(world, [operationId])
    },
  )

  test('cannot be reached at the very end: the ends of batch and operation are published when it is back', async () => {
    const world = await openWorld({ clouds: servers('otc-ecs', 2) })
    const operationId = await world.accept(requestFor('otc-ecs', 2))
    await world.deliver()
    world.clock.advance(60_000)
    world.platform.putFaults.push('unreachable', 'unreachable', { refuse: [0] })

    await world.run()

    expect(world.platform.putFaults).toEqual([])
    await expectWhole(world, [operationId])
  })

  test('refuses messages until the operation is cancelled leaves nothing behind', async () => {
    const world = await openWorld({ clouds: servers('otc-ecs', 12) })
    world.platform.sendFaults.push(...Array.from({ length: 50 }, () => 'unreachable' as const))
    const operationId = await world.accept(request)

    await world.call('POST /v1/operations/{operationId}/cancel', operationId)
    await world.run()

    expect(await world.operation(operationId)).toMatchObject({ status: 'CANCELLED', counts: { skipped: 12 } })
    expect(world.network.calls).toEqual([])
    await expectWhole(world, [operationId])
  })
})

test('an event is published again with the same id and content until it is marked as published', async () => {
  const world = await openWorld({ clouds: servers('otc-ecs', 2) })
  const operationId = await world.accept(requestFor('otc-ecs', 2))
  await world.deliver()
  const dying = () => world.start(({ name, args }) => name === 'publish' && (args[0] as unknown[]).length > 0)

  for (let crash = 0; crash < 3; crash += 1) await world.run({ process: dying() }).catch(() => {})
  await world.run()

  const ids = world.platform.published.map(({ detail: { eventId } }) => eventId)
  expect(ids.length).toBeGreaterThan(new Set(ids).size)
  expectSameContent(world)
  await expectWhole(world, [operationId])
})

test('once marked, an event is not published again', async () => {
  const world = await openWorld({ clouds: servers('otc-ecs', 2) })
  await world.accept(requestFor('otc-ecs', 2))
  await world.run()
  const { length } = world.platform.published

  world.clock.advance(3_600_000)
  await world.run()

  expect(length).toBe(4)
  expect(world.platform.published).toHaveLength(length)
})
