import { describe, expect, test } from 'vitest'
import { expectWhole } from '../helpers/world/expect-whole.ts'
import { servers } from '../helpers/world/fleets.ts'
import { Died, type Step } from '../helpers/world/life.ts'
import { requestFor } from '../helpers/world/requests.ts'
import { openWorld } from '../helpers/world/world.ts'

const nodes = 4
const request = requestFor('otc-ecs', nodes, { rollout: { batchSize: 2 } })
const openFleet = async () => openWorld({ clouds: servers('otc-ecs', nodes) })

/** Does what a process does until it dies. */
const untilDeath = async (work: Promise<unknown>): Promise<void> =>
  work.then(
    () => {},
    (error: unknown) => {
      if (!(error instanceof Died)) throw error
    },
  )

const savedState = ({ name, args }: Step): unknown =>
  name === 'saveBatch' ? (args[0] as { state: string }).state : undefined

describe('a crash', () => {
  test('after the ledger and before the sends is finished by the poller', async () => {
    const world = await openFleet()
    const dying = world.start(({ name }) => name === 'saveOperation')

    await untilDeath(world.post(request, { key: 'a', process: dying }))
    expect(world.platform.messages).toEqual([])
    await world.run()

    const { status, body } = await world.post(request, { key: 'a' })
    expect(status).toBe(200)
    expect(body).toMatchObject({ status: 'SUCCEEDED', counts: { succeeded: nodes } })
    await expectWhole(world, [body.operationId])
  })

  test('before the operation was accepted leaves nothing that anybody acts on, until the request is repeated', async () => {
    const world = await openFleet()
    const dying = world.start(({ name }) => name === 'createBatch')

    await untilDeath(world.post(request, { key: 'a', process: dying }))
    await world.run()
    const list = await world.call('GET /v1/operations')
    const again = await world.post(request, { key: 'a' })
    await world.run()

    expect(list.body.items).toEqual([])
    expect(again.status).toBe(202)
    expect(world.acted()).toHaveLength(nodes)
    await expectWhole(world, [again.body.operationId])
  })

  test('after the claim and before the call is resolved: every node is acted on once', async () => {
    const world = await openFleet()
    const operationId = await world.accept(request)
    const dying = world.start((step) => savedState(step) === 'SUBMITTING')

    await untilDeath(world.deliver(dying))
    expect(world.acted()).toEqual([])
    await world.run()

    expect(await world.operation(operationId)).toMatchObject({ status: 'SUCCEEDED', counts: { succeeded: nodes } })
    expect(world.acted()).toHaveLength(nodes)
    await expectWhole(world, [operationId])
  })

  test('after the call and before its answer is written is resolved: no node is acted on again', async () => {
    const world = await openFleet()
    const operationId = await world.accept(request)
    const dying = world.start(({ name }) => name === 'http POST')

    await untilDeath(world.deliver(dying))
    expect(world.acted()).toHaveLength(2)
    await world.run()

    expect(await world.operation(operationId)).toMatchObject({ status: 'SUCCEEDED', counts: { succeeded: nodes } })
    expect(world.acted()).toHaveLength(nodes)
    await expectWhole(world, [operationId])
  })

  // How many steps each has is found out; the sweep ends with the first process that did not die.
  test('of ingest after any step it has loses nothing and does nothing twice', { timeout: 30_000 }, async () => {
    let survived = false
    for (let at = 1; !survived; at += 1) {
      const world = await openFleet()
      const dying = world.start(({ count }) => count === at)
      await untilDeath(world.post(request, { key: 'a', process: dying }))
      survived = dying.life.isAlive()
      await world.run()
      const { body } = await world.post(request, { key: 'a' })
      await world.run()

      expect(await world.operation(body.operationId)).toMatchObject({ status: 'SUCCEEDED', counts: { succeeded: nodes } })
      expect(world.acted()).toHaveLength(nodes)
      await expectWhole(world, [body.operationId])
    }
  })

  test('of an invoker after any step it has loses nothing and does nothing twice', { timeout: 30_000 }, async () => {
    let survived = false
    for (let at = 1; !survived; at += 1) {
      const world = await openFleet()
      const operationId = await world.accept(request)
      const dying = world.start(({ count }) => count === at)
      await untilDeath(world.deliver(dying))
      survived = dying.life.isAlive()
      await world.run()

      expect(await world.operation(operationId)).toMatchObject({ status: 'SUCCEEDED', counts: { succeeded: nodes } })
      expect(world.acted()).toHaveLength(nodes)
      await expectWhole(world, [operationId])
    }
  })

  test('of the poller after any step it has loses nothing and does nothing twice', { timeout: 30_000 }, async () => {
    let survived = false
    for (let at = 1; !survived; at += 1) {
      const world = await openFleet()
      const operationId = await world.accept(requestFor('otc-ecs', nodes))
      await world.deliver()
      world.clock.advance(60_000)
      const dying = world.start(({ count }) => count === at)
      await untilDeath(world.run({ process: dying }))
      survived = dying.life.isAlive()
      await world.run()

      expect(await world.operation(operationId)).toMatchObject({ status: 'SUCCEEDED', counts: { succeeded: nodes } })
      expect(world.acted()).toHaveLength(nodes)
      await expectWhole(world, [operationId])
    }
  })
})
