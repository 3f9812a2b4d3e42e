import { describe, expect, test } from 'vitest'
import { nodeId } from '../helpers/builders.ts'
import { expectWhole } from '../helpers/world/expect-whole.ts'
import { servers } from '../helpers/world/fleets.ts'
import { changing, lostAfter, notSent, replying } from '../helpers/world/network.ts'
import { requestFor } from '../helpers/world/requests.ts'
import { openWorld } from '../helpers/world/world.ts'

type JobBody = { entities: { sub_jobs: { entities: { server_id: string } }[] } }

describe('a job', () => {
  test('that runs for ever ends by its deadline, its nodes unknown', async () => {
    const world = await openWorld({ clouds: { 'otc-ecs': { fleet: { stuck: [nodeId(1)] } } } })
    const begin = world.clock.now()
    const operationId = await world.accept(requestFor('otc-ecs', 3))

    await world.run()

    expect(await world.operation(operationId)).toMatchObject({
      status: 'NEEDS_ATTENTION',
      counts: { succeeded: 2, unknown: 1 },
      batches: [{ state: 'TIMED_OUT' }],
    })
    expect(await world.nodes(operationId, 'unknown')).toMatchObject([{ nodeId: nodeId(1), code: 'DeadlineExceeded' }])
    expect(world.clock.now() - begin).toBeLessThan(31 * 60_000)
    expect(world.network.calls.length).toBeLessThan(100)
    await expectWhole(world, [operationId])
  })

  test('that is gone after its retention leaves its nodes unknown, not failed', async () => {
    const world = await openWorld({ clouds: servers('otc-ecs', 2) })
    const operationId = await world.accept(requestFor('otc-ecs', 2))
    await world.deliver()
    // Nobody polled for two days.
    world.clock.advance(2 * 86_400_000)

    await world.run()

    expect(await world.operation(operationId)).toMatchObject({
      status: 'NEEDS_ATTENTION',
      counts: { unknown: 2, failed: 0 },
    })
    expect(await world.nodes(operationId)).toMatchObject([{ code: 'JobGone' }, { code: 'JobGone' }])
    await expectWhole(world, [operationId])
  })

  test('that is not to be seen at once is not gone', async () => {
    const world = await openWorld({ clouds: servers('otc-ecs', 2) })
    const invisible = replying(400, { code: 'Common.0011', message: 'Failed to query system tasks.' })
    world.network.fail({ method: 'GET', path: '/jobs/', times: 3, outcome: invisible })
    const operationId = await world.accept(requestFor('otc-ecs', 2))

    await world.run()

    expect(await world.operation(operationId)).toMatchObject({ status: 'SUCCEEDED' })
  })

  test('whose sub jobs failed fails those nodes only, with the code of each', async () => {
    const failing = { [nodeId(1)]: { code: 'Ecs.0227', message: 'Failed to restart the ECS.' } }
    const world = await openWorld({ clouds: { 'otc-ecs': { fleet: { failing } } } })
    const operationId = await world.accept(requestFor('otc-ecs', 4))

    await world.run()

    expect(await world.operation(operationId)).toMatchObject({ status: 'PARTIAL', counts: { succeeded: 3, failed: 1 } })
    expect(await world.nodes(operationId, 'failed')).toMatchObject([
      { nodeId: nodeId(1), code: 'Ecs.0227', reason: 'Failed to restart the ECS.', jobId: expect.any(String) },
    ])
    await expectWhole(world, [operationId])
  })

  test('that does not name a node in its sub jobs leaves that node unknown', async () => {
    const world = await openWorld({ clouds: servers('otc-ecs', 3) })
    const withoutFirst = changing((body) => {
      const job = body as JobBody
      const others = job.entities.sub_jobs.filter(({ entities }) => entities.server_id !== nodeId(0))
      return { ...job, entities: { ...job.entities, sub_jobs: others } }
    })
    world.network.fail({ method: 'GET', path: '/jobs/', times: 1000, outcome: withoutFirst })
    const operationId = await world.accept(requestFor('otc-ecs', 3))

    await world.run()

    expect(await world.operation(operationId)).toMatchObject({
      status: 'NEEDS_ATTENTION',
      counts: { succeeded: 2, unknown: 1 },
    })
    expect(await world.nodes(operationId, 'unknown')).toMatchObject([{ nodeId: nodeId(0), code: 'NotReported' }])
    await expectWhole(world, [operationId])
  })

  test('that names a node of somebody else says nothing about it', async () => {
    const world = await openWorld({ clouds: servers('otc-ecs', 2) })
    const withStranger = changing((body) => {
      const job = body as JobBody
      const stranger = { ...job.entities.sub_jobs[0], entities: { server_id: nodeId(99) } }
      return { ...job, entities: { ...job.entities, sub_jobs: [...job.entities.sub_jobs, stranger] } }
    })
    world.network.fail({ method: 'GET', path: '/jobs/', times: 1000, outcome: withStranger })
    const operationId = await world.accept(requestFor('otc-ecs', 2))

    await world.run()

    expect(await world.operation(operationId)).toMatchObject({
      status: 'SUCCEEDED',
      counts: { total: 2, succeeded: 2 },
    })
    await expectWhole(world, [operationId])
  })

  test.each([
    ['a 500', replying(500, { message: 'oops' })],
    ['a 429', replying(429, { error_code: 'APIGW.0308', error_msg: 'later' })],
    ['a 200 that is no job', replying(200, { hello: 'world' })],
    ['a lost answer', lostAfter],
    ['a refused connection', notSent],
  ])('whose reading fails with %s is not a failure', async (_, outcome) => {
    const world = await openWorld({ clouds: servers('otc-ecs', 2) })
    world.network.fail({ method: 'GET', times: 5, outcome })
    const operationId = await world.accept(requestFor('otc-ecs', 2))

    await world.run()

    expect(await world.operation(operationId)).toMatchObject({ status: 'SUCCEEDED', counts: { succeeded: 2 } })
    await expectWhole(world, [operationId])
  })

  test('whose reading is refused for the credential is asked for rarely, and ends unknown by its deadline', async () => {
    const world = await openWorld({ clouds: servers('otc-ecs', 2) })
    const refusal = replying(401, { error_code: 'APIGW.0301', error_msg: 'Incorrect IAM authentication information' })
    world.network.fail({ method: 'GET', times: 10_000, outcome: refusal })
    const operationId = await world.accept(requestFor('otc-ecs', 2))

    await world.run()

    expect(await world.operation(operationId)).toMatchObject({ status: 'NEEDS_ATTENTION', counts: { unknown: 2 } })
    expect(world.network.calls.filter(({ method }) => method === 'GET').length).toBeLessThanOrEqual(31)
    await expectWhole(world, [operationId])
  })

  test('with no id is followed by its servers', async () => {
    const clouds = servers('otc-ecs', 2)
    const world = await openWorld({ clouds: { 'otc-ecs': { ...clouds['otc-ecs'], oddities: { submitStatus: 204 } } } })
    const operationId = await world.accept(requestFor('otc-ecs', 2))

    await world.run()

    expect(await world.operation(operationId)).toMatchObject({ status: 'SUCCEEDED', counts: { succeeded: 2 } })
    expect(world.network.submits()).toHaveLength(1)
    await expectWhole(world, [operationId])
  })
})
