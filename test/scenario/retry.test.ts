import { describe, expect, test } from 'vitest'
import { nodeId } from '../helpers/builders.ts'
import { expectWhole } from '../helpers/world/expect-whole.ts'
import { requestFor } from '../helpers/world/requests.ts'
import { openWorld } from '../helpers/world/world.ts'

const RETRY = 'POST /v1/operations/{operationId}/retry'
const failure = { code: 'Ecs.0227', message: 'Failed to restart the ECS.' }
const failing = { [nodeId(1)]: failure, [nodeId(4)]: failure }

describe('retry', () => {
  test('takes the failed nodes only, once', async () => {
    const world = await openWorld({ clouds: { 'otc-ecs': { fleet: { failing, stuck: [nodeId(5)] } } } })
    const operationId = await world.accept(requestFor('otc-ecs', 6, { rollout: { batchSize: 2 }, reason: 'kernel' }))
    await world.run()
    const before = world.acted().length

    const [first, ...others] = await Promise.all([1, 2, 3].map(() => world.call(RETRY, operationId)))
    await world.run()

    const answers = [first!, ...others]
    expect(answers.filter(({ status }) => status === 202)).toHaveLength(1)
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(2)
    expect(new Set(answers.map(({ body }) => body.operationId)).size).toBe(1)
    const retried = await world.operation(first!.body.operationId)
    expect(retried).toMatchObject({ retryOf: operationId, reason: 'kernel', counts: { total: 2 } })
    expect(world.acted().slice(before)).toEqual([`restart ${nodeId(1)}`, `restart ${nodeId(4)}`])
  })

  test('of a running operation is a conflict', async () => {
    const world = await openWorld()
    const operationId = await world.accept(requestFor('otc-ecs', 2))
    await world.deliver()

    const { status } = await world.call(RETRY, operationId)

    expect(status).toBe(409)
  })

  test('of an operation without failed nodes is a conflict, also with unknown ones', async () => {
    const world = await openWorld({ clouds: { 'otc-ecs': { fleet: { stuck: [nodeId(0)] } } } })
    const operationId = await world.accept(requestFor('otc-ecs', 2))
    await world.run()

    const { status, body } = await world.call(RETRY, operationId)

    expect({ status, detail: body.detail }).toEqual({ status: 409, detail: 'the operation has no failed nodes' })
    expect(world.acted()).toHaveLength(2)
    await expectWhole(world, [operationId])
  })
})
