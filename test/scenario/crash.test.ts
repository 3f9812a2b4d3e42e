import { describe, expect, test } from 'vitest'
import { expectWhole } from '../helpers/world/expect-whole.ts'
import { servers } from '../helpers/world/fleets.ts'
import { Died, type Step } from '../helpers/world/life.ts'
import { lostAfter } from '../helpers/world/network.ts'
import { requestFor } from '../helpers/world/requests.ts'
import { openWorld, type World } from '../helpers/world/world.ts'

const nodes = 2
const request = requestFor('otc-ecs', nodes, { rollout: { batchSize: 1 } })
const one = requestFor('otc-ecs', nodes)
/** The last of them does not exist: a provider refuses the whole call for it. */
const withStranger = requestFor('otc-ecs', nodes + 1)
const openFleet = async () => openWorld({ clouds: servers('otc-ecs', nodes) })

/** Does what a process does until it dies. */
const untilDeath = async (work: Promise<unknown>): Promise<void> =>
  work.then(
    () => {},
    (error: unknown) => {
      if (!(error instanceof Died)) throw error
    },
  )

/** The process of another version, which knows of a smaller limit. */
const takingOneNodePerCall = (process: ReturnType<World['start']>): typeof process => ({
  ...process,
  clouds: {
    ...process.clouds,
    find: (id) => {
      const found = process.clouds.find(id)
      const { restart } = found?.manifest.actions ?? {}
      if (found === undefined || restart === undefined) return found
      return { ...found, manifest: { ...found.manifest, actions: { restart: { ...restart, nodesPerCall: 1 } } } }
    },
  },
})

/** The process, which cannot write the first batch of an operation. */
const withoutFirstBatch = (process: ReturnType<World['start']>): typeof process => ({
  ...process,
  ledger: {
    ...process.ledger,
    createBatch: async (batch, nodeIds) => {
      if (batch.batchId.endsWith('.0001')) throw new Error('the ledger is down')
      return process.ledger.createBatch(batch, nodeIds)
    },
  },
})

/** Does a part of an operation in a process that dies, and answers the operation. */
type Sweep = (world: World, dying: ReturnType<World['start']>) => Promise<string>

/** Invoker and poller in turns, until the one bad server is alone. */
const takeApart = async (world: World, process: ReturnType<World['start']>): Promise<void> => {
  for (let round = 0; round < 3; round += 1) {
    await world.deliver(process)
    await world.pass(process)
    world.clock.advance(100)
  }
}

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

  test('before the operation was accepted is made good a week later, as if the request had never come before', async () => {
    const world = await openFleet()
    const dying = world.start(({ name }) => name === 'createBatch')
    await untilDeath(world.post(request, { key: 'a', process: dying }))
    world.clock.advance(7 * 86_400_000)

    const again = await world.post(request, { key: 'a' })
    await world.run()

    expect(await world.operation(again.body.operationId)).toMatchObject({
      status: 'SUCCEEDED',
      counts: { succeeded: nodes },
    })
    await expectWhole(world, [again.body.operationId])
  })

  test('before the operation was accepted is not made good by a version that cuts the request otherwise', async () => {
    const world = await openFleet()
    const before = withoutFirstBatch(takingOneNodePerCall(world.start()))
    const failed = await world.post(one, { key: 'a', process: before })

    const again = await world.post(one, { key: 'a' })
    await world.run()

    expect([failed.status, again.status]).toEqual([500, 409])
    expect(world.acted()).toEqual([])
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
    expect(world.acted()).not.toEqual([])
    await world.run()

    expect(await world.operation(operationId)).toMatchObject({ status: 'SUCCEEDED', counts: { succeeded: nodes } })
    expect(world.acted()).toHaveLength(nodes)
    await expectWhole(world, [operationId])
  })

  // How many steps a process has is found out: a sweep ends with the first that did not die.
  test.each<[string, Sweep]>([
    [
      'ingest',
      async (world, dying) => {
        await untilDeath(world.post(one, { key: 'a', process: dying }))
        await world.run()
        return (await world.post(one, { key: 'a' })).body.operationId
      },
    ],
    [
      'an invoker',
      async (world, dying) => {
        const operationId = await world.accept(one)
        await untilDeath(world.deliver(dying))
        return operationId
      },
    ],
    [
      'the poller',
      async (world, dying) => {
        const operationId = await world.accept(one)
        await world.deliver()
        world.clock.advance(60_000)
        await untilDeath(world.run({ process: dying }))
        return operationId
      },
    ],
    [
      'the poller while it resolves a lost answer',
      async (world, dying) => {
        const operationId = await world.accept(one)
        world.network.fail({ method: 'POST', outcome: lostAfter })
        await world.deliver(world.start(({ name }) => name === 'http POST')).catch(() => {})
        world.clock.advance(120_000)
        await untilDeath(world.run({ process: dying }))
        return operationId
      },
    ],
    [
      'a worker while it takes a batch apart',
      async (world, dying) => {
        const operationId = await world.accept(withStranger)
        await untilDeath(takeApart(world, dying))
        return operationId
      },
    ],
  ])('of %s after any step it has loses nothing and does nothing twice', async (_, sweep) => {
    let survived = false
    for (let at = 1; !survived; at += 1) {
      const world = await openFleet()
      const dying = world.start(({ count }) => count === at)
      const operationId = await sweep(world, dying)
      survived = dying.life.isAlive()
      // Every job is over by now: one look each.
      world.clock.advance(90_000)
      await world.run()

      const { status, counts } = await world.operation(operationId)
      expect({ status, succeeded: counts.succeeded }).toEqual({
        status: counts.total === nodes ? 'SUCCEEDED' : 'PARTIAL',
        succeeded: nodes,
      })
      expect(world.acted()).toHaveLength(nodes)
      await expectWhole(world, [operationId])
    }
  })
})
