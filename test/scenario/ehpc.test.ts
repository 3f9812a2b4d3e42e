import { ScanCommand } from '@aws-sdk/client-dynamodb'
import { describe, expect, test } from 'vitest'
import { expectWhole } from '../helpers/world/expect-whole.ts'
import { ehpcCluster } from '../helpers/world/fleets.ts'
import { replying } from '../helpers/world/network.ts'
import { idsFor, requestFor } from '../helpers/world/requests.ts'
import { openWorld } from '../helpers/world/world.ts'

describe('the floor of one node per role of an EHPC cluster', () => {
  test.each([
    ['all nodes for computing, over several batches', { nodeIds: idsFor('qingcloud-ehpc', 120) }, 120],
    ['both login nodes', { nodeIds: ['cln-login1', 'cln-login2'] }, 2],
    ['the controller', { nodeIds: ['cln-controller'] }, 2],
    ['a node of another cluster', { nodeIds: ['cln-elsewhere'] }, 2],
  ])('refuses to delete %s before anything is sent', async (_, changes, nodes) => {
    const world = await openWorld({ clouds: ehpcCluster(nodes) })

    const { status, body } = await world.post(requestFor('qingcloud-ehpc', 0, { action: 'delete', ...changes }))

    expect(status).toBe(422)
    expect(body.errors.length).toBeGreaterThan(0)
    expect(world.network.submits()).toEqual([])
    expect(world.platform.messages).toEqual([])
    const { Items = [] } = await world.table.client.send(new ScanCommand({ TableName: world.table.tableName }))
    // The calls that were made to look count against the provider's quota, and nothing else was written.
    expect(Items.map(({ pk }) => pk?.S)).toEqual(['RATE#qingcloud-ehpc calls default'])
  })

  test('lets all but one of a role go', async () => {
    const world = await openWorld({ clouds: ehpcCluster(5) })
    const request = requestFor('qingcloud-ehpc', 0, { action: 'delete', nodeIds: idsFor('qingcloud-ehpc', 4) })
    const operationId = await world.accept(request)

    await world.run()

    expect(await world.operation(operationId)).toMatchObject({ status: 'SUCCEEDED', counts: { succeeded: 4 } })
    await expectWhole(world, [operationId])
  })

  test('that cannot be checked now is answered with 503, and nothing is written or sent', async () => {
    const world = await openWorld({ clouds: ehpcCluster(5) })
    world.network.fail({ times: 100, outcome: replying(500, { message: 'oops' }) })

    const { status } = await world.post(requestFor('qingcloud-ehpc', 4, { action: 'delete' }), { key: 'a' })

    expect(status).toBe(503)
    expect(world.platform.messages).toEqual([])
    expect((await world.call('GET /v1/operations')).body.items).toEqual([])
  })
})

test('jobs of one EHPC cluster are looked at in one call, and not each on its own', async () => {
  const clouds = ehpcCluster(150)
  const world = await openWorld({
    clouds: { 'qingcloud-ehpc': { ...clouds['qingcloud-ehpc'], oddities: { busyCluster: 'allow' } } },
  })
  const operationId = await world.accept(requestFor('qingcloud-ehpc', 150))

  await world.run()

  const looks = world.network.calls.filter(({ path }) => path === '/api/operation').map(({ at }) => at)
  const gaps = looks.slice(1).map((at, i) => at - looks[i]!)
  expect(Math.min(...gaps, Infinity)).toBeGreaterThan(2_000)
  expect(await world.operation(operationId)).toMatchObject({ status: 'SUCCEEDED', batches: [{}, {}, {}] })
  await expectWhole(world, [operationId])
})
