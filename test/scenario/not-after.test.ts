import { expect, test } from 'vitest'
import { expectWhole } from '../helpers/world/expect-whole.ts'
import { requestFor } from '../helpers/world/requests.ts'
import { openWorld } from '../helpers/world/world.ts'

test('notAfter skips the batches that were not submitted by then, and follows the others', async () => {
  const world = await openWorld()
  const notAfter = new Date(world.clock.now() + 30_000).toISOString()
  // 1,000 a minute: the second half cannot go in time.
  const operationId = await world.accept(requestFor('otc-ecs', 2000, { notAfter }))

  await world.run()

  const { status, counts } = await world.operation(operationId)
  expect({ status, counts }).toMatchObject({ status: 'PARTIAL', counts: { succeeded: 1000, skipped: 1000 } })
  expect(world.acted()).toHaveLength(1000)
  expect((await world.nodes(operationId, 'skipped'))[0]).toMatchObject({ code: 'Expired' })
  await expectWhole(world, [operationId])
})

test('a message that comes after notAfter makes no call', async () => {
  const world = await openWorld()
  const notAfter = new Date(world.clock.now() + 30_000).toISOString()
  const operationId = await world.accept(requestFor('otc-ecs', 2, { notAfter }))
  world.clock.advance(31_000)

  await world.run()

  expect(world.network.calls).toEqual([])
  expect(await world.operation(operationId)).toMatchObject({ counts: { skipped: 2 } })
  await expectWhole(world, [operationId])
})
