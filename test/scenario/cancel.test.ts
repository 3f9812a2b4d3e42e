import { describe, expect, test } from 'vitest'
import { expectWhole } from '../helpers/world/expect-whole.ts'
import { servers } from '../helpers/world/fleets.ts'
import { lostAfter } from '../helpers/world/network.ts'
import { requestFor } from '../helpers/world/requests.ts'
import { openWorld } from '../helpers/world/world.ts'

const CANCEL = 'POST /v1/operations/{operationId}/cancel'
const request = requestFor('otc-ecs', 6, { rollout: { batchSize: 2 } })

describe('approve', () => {
  test('is refused, as nothing waits for an approval', async () => {
    const world = await openWorld({ clouds: servers('otc-ecs', 6) })
    const operationId = await world.accept(request)

    const answer = await world.call('POST /v1/operations/{operationId}/approve', operationId)

    expect(answer).toMatchObject({
      status: 409,
      body: { status: 409, detail: 'the operation does not wait for an approval: it is RUNNING' },
    })
  })
})

describe('cancel', () => {
  test('leaves what was submitted and skips the rest', async () => {
    const world = await openWorld({ clouds: servers('otc-ecs', 6) })
    const operationId = await world.accept(request)
    await world.deliver(undefined, world.platform.messages.splice(0, 1))

    const answer = await world.call(CANCEL, operationId)
    await world.run()

    expect(answer.status).toBe(200)
    expect(await world.operation(operationId)).toMatchObject({
      status: 'CANCELLED',
      counts: { succeeded: 2, skipped: 4 },
    })
    expect(world.acted()).toHaveLength(2)
    expect(await world.nodes(operationId, 'skipped')).toHaveLength(4)
    await expectWhole(world, [operationId])
  })

  test('of an operation whose answer was lost resolves that batch before it ends', async () => {
    const world = await openWorld({ clouds: servers('otc-ecs', 6) })
    const operationId = await world.accept(request)
    world.network.fail({ method: 'POST', outcome: lostAfter })
    await world.deliver(undefined, world.platform.messages.splice(0, 1))

    await world.call(CANCEL, operationId)
    await world.run()

    expect(await world.operation(operationId)).toMatchObject({ counts: { succeeded: 2, skipped: 4 } })
    expect(world.network.submits()).toHaveLength(1)
    await expectWhole(world, [operationId])
  })

  test('while invokers are at work: every node was either acted on once or skipped', async () => {
    const world = await openWorld({ clouds: servers('otc-ecs', 6) })
    const operationId = await world.accept(request)

    await Promise.all([world.deliver(world.start()), world.call(CANCEL, operationId, { process: world.start() })])
    await world.run()

    const { counts } = await world.operation(operationId)
    expect(counts.succeeded + counts.skipped).toBe(6)
    expect(world.acted()).toHaveLength(counts.succeeded)
    await expectWhole(world, [operationId])
  })

  test('asked twice answers the same operation', async () => {
    const world = await openWorld()
    const operationId = await world.accept(request)

    const [first, second] = [await world.call(CANCEL, operationId), await world.call(CANCEL, operationId)]

    expect([first.status, second.status]).toEqual([200, 200])
    expect(first.body).toMatchObject({ operationId, status: 'CANCELLED', counts: { skipped: 6 } })
    expect(second.body).toEqual(first.body)
  })

  test('of an operation that has ended is a conflict', async () => {
    const world = await openWorld()
    const operationId = await world.accept(request)
    await world.run()

    const { status } = await world.call(CANCEL, operationId)

    expect(status).toBe(409)
    expect(await world.operation(operationId)).toMatchObject({ status: 'SUCCEEDED', cancelledAt: null })
  })

  test('of an operation that is not there is not found', async () => {
    const world = await openWorld()

    const { status } = await world.call(CANCEL, `op-${'0'.repeat(32)}`)

    expect(status).toBe(404)
  })
})
