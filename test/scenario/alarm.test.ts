import { describe, expect, test } from 'vitest'
import { nodeId } from '../helpers/builders.ts'
import { expectWhole } from '../helpers/world/expect-whole.ts'
import { targets } from '../helpers/world/requests.ts'
import { openWorld, type World } from '../helpers/world/world.ts'

const rule = {
  name: 'hung-server',
  alarm: 'hung-(?<team>[a-z]+)',
  cooldownSeconds: 3600,
  maxAgeSeconds: 900,
  request: {
    provider: 'otc-ecs',
    action: 'restart',
    target: targets['otc-ecs'],
    nodeIds: ['{dimension.InstanceId}'],
    reason: '{alarmName} of {team}',
  },
}

type Given = { id?: string; state?: string; ageMs?: number; name?: string; node?: string }

const alarm = (
  world: World,
  { id = 'alarm-1', state = 'ALARM', ageMs = 0, name = 'hung-blue', node = nodeId(0) }: Given = {},
) => ({
  version: '0',
  id,
  'detail-type': 'CloudWatch Alarm State Change',
  source: 'aws.cloudwatch',
  detail: {
    alarmName: name,
    state: { value: state, timestamp: new Date(world.clock.now() - ageMs).toISOString().replace('Z', '+0000') },
    previousState: { value: 'OK' },
    configuration: {
      metrics: [
        { id: 'm1', metricStat: { metric: { name: 'Hung', namespace: 'x', dimensions: { InstanceId: node } } } },
      ],
    },
  },
})

const made = async (world: World): Promise<string[]> => {
  const { body } = await world.call('GET /v1/operations')
  return (body.items as { operationId: string }[]).map(({ operationId }) => operationId)
}

describe('an alarm', () => {
  test('restarts the node that its rule names', async () => {
    const world = await openWorld({ rules: [rule] })

    await world.event(alarm(world))
    await world.run()

    const [operationId] = await made(world)
    expect(await world.operation(operationId!)).toMatchObject({
      status: 'SUCCEEDED',
      trigger: 'alarm',
      principal: 'hung-blue',
      reason: 'hung-blue of blue',
    })
    expect(world.acted()).toEqual([`restart ${nodeId(0)}`])
    await expectWhole(world, [operationId!])
  })

  test('that flaps acts once within its cool-down, and again after it', async () => {
    const world = await openWorld({ rules: [rule] })

    for (let flap = 0; flap < 5; flap += 1) {
      await world.event(alarm(world, { id: `flap-${flap}`, state: flap % 2 === 0 ? 'ALARM' : 'OK' }))
      await world.run()
      world.clock.advance(300_000)
    }
    expect(world.acted()).toHaveLength(1)
    world.clock.advance(3_600_000)
    await world.event(alarm(world, { id: 'later' }))
    await world.run()

    expect(world.acted()).toHaveLength(2)
  })

  test('that is delivered twice, also at once, is one operation', async () => {
    const world = await openWorld({ rules: [rule] })
    const event = alarm(world)

    await Promise.all([world.event(event), world.event(event)])
    await world.event(event)
    await world.run()

    expect(await made(world)).toHaveLength(1)
    expect(world.acted()).toHaveLength(1)
  })

  test('whose ingest died after the cool-down began acts when it is delivered again', async () => {
    const world = await openWorld({ rules: [rule] })
    const event = alarm(world)
    await world.event(event, { process: world.start(({ name }) => name === 'acquire') }).catch(() => {})

    await world.event(event)
    await world.run()

    expect(world.acted()).toHaveLength(1)
  })

  test.each<[string, Given]>([
    ['is OK', { state: 'OK' }],
    ['has no data', { state: 'INSUFFICIENT_DATA' }],
    ['is older than its rule allows', { ageMs: 901_000 }],
    ['has another name', { name: 'hung-blue-2' }],
  ])('that %s does nothing', async (_, given) => {
    const world = await openWorld({ rules: [rule] })

    await world.event(alarm(world, given))
    await world.run()

    expect(await made(world)).toEqual([])
    expect(world.platform.published).toEqual([])
  })

  test('of another node has a cool-down of its own', async () => {
    const world = await openWorld({ rules: [rule] })

    await world.event(alarm(world, { id: 'a', node: nodeId(0) }))
    await world.event(alarm(world, { id: 'b', node: nodeId(1) }))
    await world.run()

    expect(world.acted().toSorted()).toEqual([`restart ${nodeId(0)}`, `restart ${nodeId(1)}`])
  })

  test('whose node id would leave its place in the path is refused and kept', async () => {
    const world = await openWorld({ rules: [rule] })

    await world.event(alarm(world, { node: '../../v1/other' }))

    expect(await made(world)).toEqual([])
    expect(world.network.calls).toEqual([])
    expect(world.lines.join('\n')).toContain('nodeIds[0]')
  })
})
