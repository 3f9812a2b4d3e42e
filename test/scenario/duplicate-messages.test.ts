import { expect, test } from 'vitest'
import { expectWhole } from '../helpers/world/expect-whole.ts'
import { requestFor } from '../helpers/world/requests.ts'
import { openWorld } from '../helpers/world/world.ts'

test('a message that is delivered twice leads to one call', async () => {
  const world = await openWorld()
  const operationId = await world.accept(requestFor('otc-ecs', 3))
  const messages = world.platform.messages.splice(0)

  await world.deliver(undefined, messages)
  await world.deliver(undefined, messages)
  await world.run()
  await world.deliver(undefined, messages)

  expect(world.network.submits()).toHaveLength(1)
  expect(await world.operation(operationId)).toMatchObject({ status: 'SUCCEEDED' })
  await expectWhole(world, [operationId])
})

test('two workers that have one batch at the same time make one call', async () => {
  const world = await openWorld()
  const operationId = await world.accept(requestFor('otc-ecs', 30, { rollout: { batchSize: 10 } }))
  const messages = world.platform.messages.splice(0)

  await Promise.all([
    world.deliver(world.start(), messages),
    world.deliver(world.start(), messages.toReversed()),
    world.deliver(world.start(), [...messages, ...messages]),
  ])
  await world.run()

  expect(world.network.submits()).toHaveLength(3)
  expect(world.acted()).toHaveLength(30)
  await expectWhole(world, [operationId])
})

test('a message that was lost is sent again by the poller', async () => {
  const world = await openWorld()
  const operationId = await world.accept(requestFor('otc-ecs', 20, { rollout: { batchSize: 10 } }))
  world.platform.messages.pop()

  await world.run()

  expect(await world.operation(operationId)).toMatchObject({ status: 'SUCCEEDED', counts: { succeeded: 20 } })
  expect(world.network.submits()).toHaveLength(2)
  await expectWhole(world, [operationId])
})

test('a message that comes after its batch was sent again makes no second call', async () => {
  const world = await openWorld()
  const operationId = await world.accept(requestFor('otc-ecs', 3))
  const late = world.platform.messages.splice(0)
  world.clock.advance(120_000)

  await world.pass()
  await Promise.all([world.deliver(), world.deliver(world.start(), late)])
  await world.run()

  expect(world.network.submits()).toHaveLength(1)
  await expectWhole(world, [operationId])
})

test('a message for a batch that nobody knows is acknowledged and does nothing', async () => {
  const world = await openWorld()
  const body = JSON.stringify({ v: 1, operationId: 'op-none', batchId: 'op-none.0001' })

  await world.deliver(undefined, [{ id: 'stray', provider: 'otc-ecs', body, receives: 0 }])

  expect(world.platform.messages).toEqual([])
  expect(world.network.calls).toEqual([])
})
