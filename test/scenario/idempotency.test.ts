import { describe, expect, test } from 'vitest'
import { expectWhole } from '../helpers/world/expect-whole.ts'
import { idsFor, requestFor } from '../helpers/world/requests.ts'
import { openWorld } from '../helpers/world/world.ts'

describe('an idempotency key', () => {
  test('ten identical requests at once with one key make one operation: one 202 and nine 200', async () => {
    const world = await openWorld()
    const request = requestFor('otc-ecs', 30, { rollout: { batchSize: 10 } })

    const answers = await Promise.all(Array.from({ length: 10 }, () => world.post(request, { key: 'a' })))
    await world.run()

    expect(answers.filter(({ status }) => status === 202)).toHaveLength(1)
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(9)
    const ids = [...new Set(answers.map(({ body }) => body.operationId))]
    expect(ids).toHaveLength(1)
    expect(await world.operation(ids[0]!)).toMatchObject({ status: 'SUCCEEDED', counts: { succeeded: 30 } })
    expect(world.acted()).toHaveLength(30)
    await expectWhole(world, ids)
  })

  test('the same key with another body is a conflict, and nothing is done for it', async () => {
    const world = await openWorld()
    const operationId = await world.accept(requestFor('otc-ecs', 2), { key: 'a' })

    const answer = await world.post(requestFor('otc-ecs', 3), { key: 'a' })
    await world.run()

    expect(answer).toMatchObject({ status: 409, body: { status: 409, type: 'urn:drover:problem:conflict' } })
    expect(world.acted()).toHaveLength(2)
    await expectWhole(world, [operationId])
  })

  test('a body that differs only in order, case and repetition of ids, order of keys and defaults is the same', async () => {
    const world = await openWorld()
    const request = requestFor('otc-ecs', 3)
    const ids = idsFor('otc-ecs', 3)
    const operationId = await world.accept(request, { key: 'a' })

    const same = Object.fromEntries(Object.entries(request).toReversed())
    const nodeIds = [ids[2], ids[0], ids[1]!.toUpperCase(), ids[0]]
    const again = await world.post({ options: { mode: 'soft' }, ...same, nodeIds, rollout: {} }, { key: 'a' })

    expect(again).toMatchObject({ status: 200, body: { operationId, counts: { total: 3 } } })
  })

  test('the same key after the operation has ended still answers that operation', async () => {
    const world = await openWorld()
    const request = requestFor('otc-ecs', 2)
    const operationId = await world.accept(request, { key: 'a' })
    await world.run()

    const again = await world.post(request, { key: 'a' })
    await world.run()

    expect(again).toMatchObject({ status: 200, body: { operationId, status: 'SUCCEEDED' } })
    expect(world.acted()).toHaveLength(2)
  })

  test('a repetition of a request with notAfter is answered after that time has passed', async () => {
    const world = await openWorld()
    const notAfter = new Date(world.clock.now() + 60_000).toISOString()
    const request = requestFor('otc-ecs', 2, { notAfter })
    const operationId = await world.accept(request, { key: 'a' })
    await world.run()
    world.clock.advance(600_000)

    const again = await world.post(request, { key: 'a' })

    expect(again).toMatchObject({ status: 200, body: { operationId } })
  })

  test('requests without a key are operations of their own', async () => {
    const world = await openWorld()

    const first = await world.accept(requestFor('otc-ecs', 1))
    const second = await world.accept(requestFor('otc-ecs', 1))

    expect(first).not.toBe(second)
  })
})
