import { describe, expect, test } from 'vitest'
import { nodeId } from '../helpers/builders.ts'
import { ehpcCluster, servers } from '../helpers/world/fleets.ts'
import { changing, replying } from '../helpers/world/network.ts'
import { ehpcNodeId, targets } from '../helpers/world/requests.ts'
import { openWorld, type World } from '../helpers/world/world.ts'

const restarts = (name: string, node: string, changes: Record<string, unknown> = {}) => ({
  name,
  alarm: 'hung',
  request: { provider: 'otc-ecs', action: 'restart', target: targets['otc-ecs'], nodeIds: [node], ...changes },
})

const deletes = {
  name: 'delete-broken',
  alarm: 'hung',
  cooldownSeconds: 3600,
  request: {
    provider: 'qingcloud-ehpc',
    action: 'delete',
    target: targets['qingcloud-ehpc'],
    nodeIds: [ehpcNodeId(0)],
  },
}

const noNodes = changing((body) => ({ ...Object(body), hpc_app_nodes_set: [], total_count: 0 }))

const alarm = (world: World, id = 'alarm-1') => ({
  id,
  'detail-type': 'CloudWatch Alarm State Change',
  source: 'aws.cloudwatch',
  detail: {
    alarmName: 'hung',
    state: { value: 'ALARM', timestamp: new Date(world.clock.now()).toISOString() },
    configuration: { metrics: [] },
  },
})

const reasons = async ({ ledger }: World): Promise<string[]> =>
  (await ledger.listLetters({ limit: 100 })).items.map(({ reason }) => reason)

describe('the rules of one alarm stand alone', () => {
  test('one whose request cannot be made does not stop the others, and is kept with its name', async () => {
    const world = await openWorld({
      rules: [restarts('misspelt', nodeId(0), { action: 'fly' }), restarts('sound', nodeId(1))],
      clouds: servers('otc-ecs', 2),
    })

    await world.event(alarm(world))
    await world.run()

    expect(world.acted()).toEqual([`restart ${nodeId(1)}`])
    expect(await reasons(world)).toEqual([expect.stringMatching(/^rule misspelt: action /)])
  })

  test('one that fails for a passing reason does not stop the others, and is made up for when the alarm comes again', async () => {
    const world = await openWorld({
      rules: [deletes, restarts('sound', nodeId(1))],
      clouds: { ...ehpcCluster(3), ...servers('otc-ecs', 2) },
    })
    world.network.fail({ method: 'GET', outcome: replying(500, { message: 'oops' }) })
    const event = alarm(world)

    await expect(world.event(event)).rejects.toThrow('cannot be read')
    await world.run()
    const before = world.acted()
    await world.event(event)
    await world.run()

    expect(before).toEqual([`restart ${nodeId(1)}`])
    expect(world.acted().toSorted()).toEqual([`delete ${ehpcNodeId(0)}`, `restart ${nodeId(1)}`])
    expect(await reasons(world)).toEqual([])
  })

  test('a refusal that comes again is one letter for each rule', async () => {
    const world = await openWorld({
      rules: [restarts('one', nodeId(0), { action: 'fly' }), restarts('two', nodeId(1), { action: 'swim' })],
    })

    await world.event(alarm(world))
    await world.event(alarm(world))

    expect(await reasons(world)).toHaveLength(2)
  })
})

describe('the cool-down of a refused request', () => {
  test('is over after a minute, and not after an hour', async () => {
    const world = await openWorld({ rules: [deletes], clouds: ehpcCluster(3) })
    world.network.fail({ method: 'GET', outcome: noNodes })
    await world.event(alarm(world, 'first'))
    expect(await reasons(world)).toHaveLength(1)
    world.clock.advance(60_000)

    await world.event(alarm(world, 'second'))
    await world.run()

    expect(world.acted()).toEqual([`delete ${ehpcNodeId(0)}`])
  })

  test('is whole where the request was accepted, although it is refused when the alarm comes again', async () => {
    const world = await openWorld({ rules: [restarts('restart', nodeId(0))], clouds: servers('otc-ecs', 1) })
    const event = alarm(world, 'first')
    await world.event(event)
    await world.event(event, { process: world.repaired([restarts('restart', nodeId(0), { action: 'stop' })]) })
    expect(await reasons(world)).toEqual([expect.stringContaining('was used for another request')])
    world.clock.advance(60_000)

    await world.event(alarm(world, 'second'))

    expect((await world.ledger.listOperations({ limit: 10 })).items).toHaveLength(1)
  })

  test('keeps a storm of alarms from asking the cloud again and again', async () => {
    const world = await openWorld({ rules: [deletes], clouds: ehpcCluster(3) })
    world.network.fail({ method: 'GET', times: 1_000, outcome: noNodes })

    for (let i = 0; i < 100; i += 1) await world.event(alarm(world, `storm-${i}`))

    expect(world.network.calls).toHaveLength(1)
    expect(await reasons(world)).toHaveLength(1)
  })
})
