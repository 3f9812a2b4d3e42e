import { ScanCommand } from '@aws-sdk/client-dynamodb'
import { describe, expect, test } from 'vitest'
import { nodeIds } from '../helpers/builders.ts'
import { ehpcNodeId, requestFor, targets } from '../helpers/world/requests.ts'
import { openWorld, type World } from '../helpers/world/world.ts'

const expectNothingDone = async ({ table, platform, network }: World): Promise<void> => {
  const { Items } = await table.client.send(new ScanCommand({ TableName: table.tableName }))
  expect(Items).toEqual([])
  expect(platform.messages).toEqual([])
  expect(platform.published).toEqual([])
  expect(network.calls).toEqual([])
}

describe('a bad request', () => {
  test('lists every problem with its path, and writes and sends nothing', async () => {
    const world = await openWorld()

    const { status, headers, body } = await world.post({
      provider: 'otc-ecs',
      action: 'restart',
      target: { region: '../eu-de', projectId: 'a/../../b', zone: 'x' },
      nodeIds: ['', 7, 'not-a-uuid', '00000000-0000-4000-8000-000000000001/../x'],
      options: { mode: 'gentle', colour: 'red' },
      rollout: { batchSize: 0, waves: 'two', pause: 1 },
      reason: 'with \u0007 a bell',
      notAfter: 'tomorrow',
      surprise: true,
    })

    expect(status).toBe(400)
    expect(headers['content-type']).toBe('application/problem+json')
    expect(body.errors.map(({ path }) => path).toSorted()).toEqual(
      [
        'target.region',
        'target.projectId',
        'target.zone',
        'nodeIds[0]',
        'nodeIds[1]',
        'nodeIds[2]',
        'nodeIds[3]',
        'options.mode',
        'options.colour',
        'rollout.batchSize',
        'rollout.waves',
        'rollout.pause',
        'reason',
        'notAfter',
        'surprise',
      ].toSorted(),
    )
    await expectNothingDone(world)
  })

  test('of more than a hundred problems lists a hundred and says how many there are', async () => {
    const world = await openWorld()

    const { status, body } = await world.post(
      requestFor('otc-ecs', 0, { nodeIds: Array.from({ length: 250 }, () => '?') }),
    )

    expect(status).toBe(400)
    expect(body.errors).toHaveLength(100)
    expect(body.errorCount).toBe(250)
    await expectNothingDone(world)
  })

  test.each([
    ['no JSON', '{"provider": "otc-ecs",', 400],
    ['an empty body', '', 400],
    ['a list', '[]', 400],
    ['a provider that is a word of the language', { ...requestFor('otc-ecs', 1), provider: 'constructor' }, 400],
    ['a provider that is not there', { ...requestFor('otc-ecs', 1), provider: 'aws-ec2' }, 400],
    ['an action that the provider does not offer', requestFor('otc-css', 1, { action: 'stop' }), 400],
    ['no ids', requestFor('otc-ecs', 0), 400],
    ['a time that has passed', requestFor('otc-ecs', 1, { notAfter: '2020-01-01T00:00:00Z' }), 400],
    ['too many batches', requestFor('otc-ecs', 6000, { rollout: { batchSize: 1 } }), 400],
    ['more than 100,000 ids', requestFor('otc-ecs', 0, { nodeIds: nodeIds(100_001) }), 413],
    ['a body of 7 MB', JSON.stringify({ ...requestFor('otc-ecs', 1), reason: 'x'.repeat(7_000_000) }), 413],
  ])('%s: nothing is written or sent', async (_, body, expected) => {
    const world = await openWorld()

    const { status } = await world.post(body)

    expect(status).toBe(expected)
    await expectNothingDone(world)
  })

  test('a soft restart of bare metal is refused with the reason of the document', async () => {
    const world = await openWorld()

    const { status, body } = await world.post(requestFor('otc-bms', 1, { options: { mode: 'soft' } }))

    expect(status).toBe(400)
    expect(body.errors).toEqual([{ path: 'options.mode', message: expect.stringContaining('SOFT') }])
    await expectNothingDone(world)
  })

  test.each(['start', 'stop'])('%s of single EHPC nodes is refused at validation', async (action) => {
    const world = await openWorld()
    const { zone } = targets['qingcloud-ehpc']

    const { status, body } = await world.post(
      requestFor('qingcloud-ehpc', 0, { action, target: { zone }, nodeIds: [ehpcNodeId(1)] }),
    )

    expect(status).toBe(400)
    expect(body.errors).toEqual([{ path: 'nodeIds[0]', message: expect.stringContaining('whole clusters') }])
    await expectNothingDone(world)
  })

  test.each(['', 'with space', 'x'.repeat(256), 'ümlaut'])('the idempotency key "%s" is refused', async (key) => {
    const world = await openWorld()

    const { status, body } = await world.post(requestFor('otc-ecs', 1), { key })

    expect(status).toBe(400)
    expect(body.errors).toMatchObject([{ path: 'Idempotency-Key' }])
    await expectNothingDone(world)
  })
})
