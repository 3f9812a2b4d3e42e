import { describe, expect, test } from 'vitest'
import { nodeId } from '../helpers/builders.ts'
import { expectWhole } from '../helpers/world/expect-whole.ts'
import { servers } from '../helpers/world/fleets.ts'
import { lostAfter, replying } from '../helpers/world/network.ts'
import { requestFor } from '../helpers/world/requests.ts'
import { openWorld, type World } from '../helpers/world/world.ts'

const nodes = (...indices: number[]) => indices.map(nodeId)
const restart = (indices: number[], changes: Record<string, unknown> = {}) =>
  requestFor('otc-ecs', 0, { nodeIds: nodes(...indices), ...changes })

/** Accepts a request and hands its messages to an invoker, so that it is at work. */
const started = async (world: World, body: unknown): Promise<string> => {
  const operationId = await world.accept(body)
  await world.deliver()
  return operationId
}

describe('two operations on one node', () => {
  test('never act on it at once: the second one leaves it out, with the first one named', async () => {
    const world = await openWorld({ clouds: servers('otc-ecs', 4) })
    const first = await started(world, restart([0, 1]))

    const second = await started(world, restart([1, 2]))
    await world.run()

    expect(world.acted().toSorted()).toEqual(nodes(0, 1, 2).map((id) => `restart ${id}`))
    expect(await world.operation(first)).toMatchObject({ status: 'SUCCEEDED' })
    expect(await world.operation(second)).toMatchObject({
      status: 'PARTIAL',
      counts: { total: 2, succeeded: 1, skipped: 1 },
    })
    expect(await world.nodes(second, 'skipped')).toMatchObject([
      { nodeId: nodeId(1), code: 'Held', reason: `held by operation ${first}` },
    ])
    await expectWhole(world, [first, second])
  })

  test('act on it one after the other when the second one waits', async () => {
    const world = await openWorld({ clouds: servers('otc-ecs', 4) })
    const first = await started(world, restart([0, 1]))

    const second = await started(world, restart([1, 2], { rollout: { whenHeld: 'wait' } }))
    await world.run()

    expect(world.acted().filter((act) => act === `restart ${nodeId(1)}`)).toHaveLength(2)
    expect(await world.operation(second)).toMatchObject({ status: 'SUCCEEDED', counts: { succeeded: 2 } })
    const ended = (await world.operation(first)).endedAt
    const [, , waited] = world.network.submits()
    expect(waited!.at).toBeGreaterThanOrEqual(Date.parse(ended!) - 1_000)
  })

  test('that come at the same moment share their nodes out, whoever is first where', async () => {
    const world = await openWorld({ clouds: servers('otc-ecs', 20) })
    const all = Array.from({ length: 20 }, (_, i) => i)
    const [first, second] = [await world.accept(restart(all)), await world.accept(restart(all))]
    const [one, other] = world.platform.messages.splice(0)

    await Promise.all([world.deliver(world.start(), [one!]), world.deliver(world.start(), [other!])])
    await world.run()

    expect(world.acted()).toHaveLength(20)
    const ends = [await world.operation(first), await world.operation(second)]
    expect(ends.reduce((sum, { counts }) => sum + counts.succeeded, 0)).toBe(20)
    expect(ends.reduce((sum, { counts }) => sum + counts.skipped, 0)).toBe(20)
    await expectWhole(world, [first, second])
  })

  test('of which the first one has ended know nothing of each other', async () => {
    const world = await openWorld({ clouds: servers('otc-ecs', 2) })
    await world.accept(restart([0, 1]))
    await world.run()

    const second = await world.accept(restart([0, 1]))
    await world.run()

    expect(await world.operation(second)).toMatchObject({ status: 'SUCCEEDED', counts: { succeeded: 2 } })
  })

  test('are kept apart while nobody knows what came of the first one', async () => {
    const world = await openWorld({ clouds: servers('otc-ecs', 2) })
    world.network.fail(
      { method: 'POST', outcome: lostAfter },
      { method: 'GET', times: 3, outcome: replying(503, { message: 'unavailable' }) },
    )
    const first = await started(world, restart([0]))

    const second = await started(world, restart([0]))
    await world.run()

    expect(world.acted()).toHaveLength(1)
    expect(await world.operation(second)).toMatchObject({ status: 'FAILED', counts: { skipped: 1 } })
    await expectWhole(world, [first, second])
  })

  test('keep their distance from the moment from which a call of the second one would count, however slow its worker is', async () => {
    const world = await openWorld({ clouds: servers('otc-ecs', 1) })
    await world.accept(restart([0]))
    await world.run()
    const second = await world.accept(restart([0]))
    const slow = world.start(({ name }) => {
      if (name === 'updateRate') world.clock.advance(6_000)
      return false
    })

    await world.deliver(slow)

    expect(world.network.submits()).toHaveLength(1)
    expect((await world.operation(second)).batches).toMatchObject([{ state: 'QUEUED', code: 'Held' }])
    await world.run()
    expect(world.acted()).toHaveLength(2)
    expect(await world.operation(second)).toMatchObject({ status: 'SUCCEEDED' })
  })

  test('an alarm does not restart what a request restarts already', async () => {
    const rule = {
      name: 'repair',
      alarm: 'web-.*',
      request: restart([0]),
    }
    const world = await openWorld({ clouds: servers('otc-ecs', 2), rules: [rule] })
    const first = await started(world, restart([0, 1]))

    await world.event({
      id: 'alarm-1',
      source: 'aws.cloudwatch',
      'detail-type': 'CloudWatch Alarm State Change',
      time: new Date(world.clock.now()).toISOString(),
      detail: {
        alarmName: 'web-1',
        state: { value: 'ALARM', timestamp: new Date(world.clock.now()).toISOString() },
        configuration: { metrics: [] },
      },
    })
    await world.run()

    expect(world.acted()).toHaveLength(2)
    await expectWhole(world, [first])
  })
})

describe('a hold', () => {
  test('of a worker that died before it claimed is taken up by the next one', async () => {
    const world = await openWorld({ clouds: servers('otc-ecs', 3) })
    const first = await world.accept(restart([0, 1, 2]))
    const messages = world.platform.messages.splice(0)
    let holds = 0
    const dying = world.start(({ name }) => name === 'updateHolds' && (holds += 1) === 1)
    await world.deliver(dying, messages).catch(() => undefined)

    await world.run()

    expect(await world.operation(first)).toMatchObject({ status: 'SUCCEEDED', counts: { succeeded: 3 } })
    await expectWhole(world, [first])
  })

  test('of a batch that was given up does not keep others out', async () => {
    const world = await openWorld({ clouds: servers('otc-ecs', 1) })
    world.network.fail({ method: 'POST', outcome: replying(403, { error: { code: 'Ecs.0010', message: 'no' } }) })
    await started(world, restart([0]))

    const second = await started(world, restart([0]))
    await world.run()

    expect(await world.operation(second)).toMatchObject({ status: 'SUCCEEDED' })
  })

  test('of ten batches is not waited for in a circle', async () => {
    const world = await openWorld({ clouds: servers('otc-ecs', 10) })
    const rollout = { batchSize: 5, whenHeld: 'wait' }
    const upwards = await world.accept(restart([0, 1, 2, 3, 4, 5, 6, 7, 8, 9], { rollout }))
    const downwards = await world.accept(
      restart([9, 8, 7, 6, 5, 4, 3, 2, 1, 0], { rollout: { batchSize: 3, whenHeld: 'wait' } }),
    )

    await world.run()

    for (const operationId of [upwards, downwards])
      expect(await world.operation(operationId)).toMatchObject({ status: 'SUCCEEDED', counts: { succeeded: 10 } })
    expect(world.acted()).toHaveLength(20)
  })
})

test('a request that says what becomes of held nodes in other words is refused', async () => {
  const world = await openWorld()

  const { status, body } = await world.post(restart([0], { rollout: { whenHeld: 'steal' } }))

  expect(status).toBe(400)
  expect(body.errors.map(({ path }) => path)).toEqual(['rollout.whenHeld'])
})
