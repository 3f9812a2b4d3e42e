import { randomBytes } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { nodeId } from '../helpers/builders.ts'
import { expectWhole } from '../helpers/world/expect-whole.ts'
import { ehpcCluster, servers } from '../helpers/world/fleets.ts'
import { changing } from '../helpers/world/network.ts'
import type { QueuedMessage } from '../helpers/world/platform.ts'
import type { Process } from '../helpers/world/process.ts'
import { requestFor, targets } from '../helpers/world/requests.ts'
import { openWorld, type World } from '../helpers/world/world.ts'

const WEEK_MS = 7 * 86_400_000

type Shown = {
  letterId: string
  kind: string
  state: string
  redrivable: boolean
  reason: string
  excerpt: string
  problem: string | null
  redriven: { outcome: string; by: string | null; operationIds: string[] } | null
}

const requested = (id: string, detail: unknown = requestFor('otc-ecs', 2)) => ({
  version: '0',
  id,
  'detail-type': 'Node Operation Requested',
  source: 'team.blue',
  detail,
})

const rule = {
  name: 'hung-server',
  alarm: 'hung-.+',
  maxAgeSeconds: 900,
  request: { provider: 'otc-ecs', action: 'restart', target: targets['otc-ecs'], nodeIds: ['{dimension.InstanceId}'] },
}

const alarmAt = (at: number, id = 'alarm-1', node = nodeId(0)) => ({
  id,
  'detail-type': 'CloudWatch Alarm State Change',
  source: 'aws.cloudwatch',
  detail: {
    alarmName: 'hung-1',
    state: { value: 'ALARM', timestamp: new Date(at).toISOString().replace('Z', '+0000') },
    configuration: { metrics: [{ metricStat: { metric: { dimensions: { InstanceId: node } } } }] },
  },
})

/** A process that cannot reach its ledger. */
const withoutLedger = (world: World): Process => {
  const process = world.start()
  const down = async (): Promise<never> => {
    throw new Error('the ledger is down')
  }
  return { ...process, ledger: new Proxy(process.ledger, { get: () => down }) }
}

const UNDELIVERED = 'drover-dev-undelivered'

/** What Lambda puts into the last queue when a function has failed three times. */
const givenUp = (input: unknown, requestId = 'request-1'): QueuedMessage => ({
  id: `undelivered-${requestId}`,
  provider: UNDELIVERED,
  receives: 1,
  body: JSON.stringify({
    version: '1.0',
    timestamp: '2026-01-05T10:03:00.000Z',
    requestContext: {
      requestId,
      functionArn: 'arn:aws:lambda:eu-de:000000000000:function:drover-dev-ingest:$LATEST',
      condition: 'RetriesExhausted',
      approximateInvokeCount: 3,
    },
    requestPayload: input,
    responseContext: { statusCode: 200, executedVersion: '$LATEST', functionError: 'Unhandled' },
    responsePayload: { errorType: 'Error', errorMessage: 'the ledger is down' },
  }),
})

/** An event whose every delivery fails, and which then ends as a letter. */
const lose = async (world: World, input: unknown, invocationId = 'request-1'): Promise<void> => {
  const process = withoutLedger(world)
  for (let i = 0; i < 3; i += 1)
    await expect(world.event(input, { process, invocationId })).rejects.toThrow('the ledger is down')
  expect(await world.bury([givenUp(input, invocationId)])).toEqual({ batchItemFailures: [] })
}

const letters = async (world: World): Promise<Shown[]> => {
  const { status, body } = await world.call('GET /v1/dead-letters')
  expect(status).toBe(200)
  return body.items as Shown[]
}

const redrive = async (world: World, letterId: string, process?: Process) => {
  const { status, body } = await world.call(
    'POST /v1/dead-letters/{letterId}/redrive',
    letterId,
    process && { process },
  )
  return { status, body: body as unknown as Shown & { detail: string } }
}

const redriveAll = async (world: World, query: Record<string, string> = {}) => {
  const { status, body } = await world.call('POST /v1/dead-letters/redrive', '', { query })
  expect(status).toBe(200)
  return body as unknown as { items: Shown[]; left: number; nextCursor: string | null }
}

const made = async (world: World) => {
  const { body } = await world.call('GET /v1/operations')
  return body.items as { operationId: string; trigger: string; principal: string | null }[]
}

const onlyLetter = async (world: World): Promise<string> => {
  const found = await letters(world)
  expect(found).toHaveLength(1)
  return found[0]!.letterId
}

describe('an event that could not be delivered while the ledger was down', () => {
  test('is redriven after a week and makes one operation, as if it came now', async () => {
    const world = await openWorld()
    await lose(world, requested('e1'))
    world.clock.advance(WEEK_MS)

    const { status, body } = await redrive(world, await onlyLetter(world))
    await world.run()

    const operations = await made(world)
    expect(operations).toMatchObject([{ trigger: 'event', principal: 'team.blue', status: 'SUCCEEDED' }])
    const operationIds = operations.map(({ operationId }) => operationId)
    expect({ status, body }).toMatchObject({ status: 200, body: { state: 'redriven', redriven: { operationIds } } })
    expect(world.acted()).toHaveLength(2)
    await expectWhole(world, operationIds)
  })

  test('redriven twice makes one operation, and is answered the same', async () => {
    const world = await openWorld()
    await lose(world, requested('e1'))
    const letterId = await onlyLetter(world)

    const first = await redrive(world, letterId)
    await world.run()
    world.clock.advance(WEEK_MS)
    const second = await redrive(world, letterId)
    await world.run()

    expect(second).toEqual(first)
    expect(await made(world)).toHaveLength(1)
    expect(world.acted()).toHaveLength(2)
  })

  test('redriven by five at once makes one operation', async () => {
    const world = await openWorld()
    await lose(world, requested('e1'))
    const letterId = await onlyLetter(world)

    const answers = await Promise.all(Array.from({ length: 5 }, async () => redrive(world, letterId, world.start())))
    await world.run()

    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1)
    expect(await made(world)).toHaveLength(1)
    expect(world.acted()).toHaveLength(2)
  })

  test('makes no second operation when it was acted on after all', async () => {
    const world = await openWorld()
    await world.event(requested('e1'))
    await world.bury([givenUp(requested('e1'))])

    await redrive(world, await onlyLetter(world))
    await world.run()

    expect(await made(world)).toHaveLength(1)
    expect(world.acted()).toHaveLength(2)
  })

  test('is made good for wherever the one who redrives it dies', async () => {
    let deaths = 0
    for (;;) {
      const world = await openWorld()
      await lose(world, requested('e1'))
      const letterId = await onlyLetter(world)
      const died = await redrive(
        world,
        letterId,
        world.start(({ count }) => count === deaths + 1),
      ).then(
        () => false,
        () => true,
      )
      if (!died) break
      deaths += 1

      const { body } = await redrive(world, letterId)
      await world.run()

      expect(body.redriven?.operationIds).toHaveLength(1)
      expect(await made(world)).toHaveLength(1)
      expect(world.acted()).toHaveLength(2)
    }
    // The operation, its nodes and batch, its acceptance, the message, the event, and what each of them marks.
    expect(deaths).toBeGreaterThan(6)
  })

  test("is a schedule's input under the id of the invocation that it came with", async () => {
    const world = await openWorld()
    const input = requestFor('otc-ecs', 2)
    await lose(world, input, 'invocation-of-monday')
    await redrive(world, await onlyLetter(world))

    await world.event(input, { invocationId: 'invocation-of-monday' })
    await world.run()

    expect(await made(world)).toMatchObject([{ trigger: 'schedule' }])
    expect(world.acted()).toHaveLength(2)
  })

  test('is an alarm that is stale by now: it is dropped, and said so', async () => {
    const world = await openWorld({ rules: [rule] })
    await lose(world, alarmAt(world.clock.now()))
    world.clock.advance(901_000)

    const { body } = await redrive(world, await onlyLetter(world))

    expect(body).toMatchObject({ state: 'redriven', redriven: { operationIds: [] } })
    expect(body.redriven?.outcome).toBe('rule hung-server: the alarm is older than 900 s')
    expect(await made(world)).toEqual([])
  })

  test('is an alarm that is still fresh: its rule is obeyed, once with the alarm itself', async () => {
    const world = await openWorld({ rules: [rule], clouds: servers('otc-ecs', 1) })
    const alarm = alarmAt(world.clock.now())
    await lose(world, alarm)

    await redrive(world, await onlyLetter(world))
    await world.event(alarm)
    await world.run()

    expect(await made(world)).toMatchObject([{ trigger: 'alarm', principal: 'hung-1' }])
    expect(world.acted()).toEqual([`restart ${nodeId(0)}`])
  })
})

describe('a message of', () => {
  const buried = async (world: World): Promise<string> => {
    const operationId = await world.accept(requestFor('otc-ecs', 2))
    while (world.platform.messages.length > 0) await world.deliver(world.start(() => true))
    await world.bury()
    return operationId
  }

  test('a batch that is still open is sent again, once, and the batch is submitted once', async () => {
    const world = await openWorld()
    const operationId = await buried(world)
    const letterId = await onlyLetter(world)

    const { body } = await redrive(world, letterId)
    await redrive(world, letterId)
    expect(world.platform.messages).toHaveLength(1)
    await world.run()

    expect(body.redriven).toMatchObject({
      outcome: 'sent again to the queue of its provider',
      operationIds: [operationId],
    })
    expect(world.acted()).toHaveLength(2)
    await expectWhole(world, [operationId])
  })

  test('an ended batch does nothing', async () => {
    const world = await openWorld()
    await buried(world)
    await world.run()
    world.clock.advance(WEEK_MS)

    const { body } = await redrive(world, await onlyLetter(world))

    expect(body.redriven?.outcome).toBe('the batch has already ended: SUCCEEDED')
    expect(world.platform.messages).toEqual([])
    expect(world.acted()).toHaveLength(2)
  })

  test('a batch whose call is under way does nothing', async () => {
    const world = await openWorld({ clouds: servers('otc-ecs', 2) })
    await buried(world)
    world.clock.advance(60_000)
    await world.pass()
    await world.deliver()

    const { body } = await redrive(world, await onlyLetter(world))

    expect(body.redriven?.outcome).toBe('the batch waits for no message any more: RUNNING')
    expect(world.platform.messages).toEqual([])
  })

  test('a batch whose queue does not take it stays kept, to be redriven when it does', async () => {
    const world = await openWorld()
    await buried(world)
    const letterId = await onlyLetter(world)
    world.platform.sendFaults.push('unreachable')

    const refused = await redrive(world, letterId)
    const kept = await letters(world)
    const { body } = await redrive(world, letterId)

    expect(refused.status).toBe(503)
    expect(kept).toMatchObject([{ state: 'kept' }])
    expect(body).toMatchObject({ state: 'redriven' })
  })
})

describe('a refused event', () => {
  test('is redriven when what refused it is over', async () => {
    const world = await openWorld({ clouds: ehpcCluster(3) })
    world.network.fail({
      method: 'GET',
      outcome: changing((body) => ({ ...Object(body), hpc_app_nodes_set: [], total_count: 0 })),
    })
    await world.event(requested('e1', requestFor('qingcloud-ehpc', 2, { action: 'delete' })))
    expect(await letters(world)).toMatchObject([{ reason: expect.stringContaining('shows no nodes') }])

    const { body } = await redrive(world, await onlyLetter(world))
    await world.run()

    expect(body.redriven?.operationIds).toHaveLength(1)
    expect(world.acted()).toHaveLength(2)
  })

  test('that is refused again stays kept, with one letter and the reason in the answer', async () => {
    const world = await openWorld()
    await world.event(requested('e1', { provider: 'none' }))
    await world.event(requested('e1', { provider: 'none' }))
    const letterId = await onlyLetter(world)

    const { status, body } = await redrive(world, letterId)

    expect(status).toBe(422)
    expect(body.detail).toContain('refused again')
    expect(await letters(world)).toMatchObject([{ letterId, state: 'kept' }])
  })

  test('by the rules is redriven after the rules were repaired, as that rule alone', async () => {
    const broken = { ...rule, request: { ...rule.request, action: 'fly' } }
    const sound = { ...rule, name: 'other-rule', request: { ...rule.request, nodeIds: [nodeId(1)] } }
    const world = await openWorld({ rules: [broken, sound] })
    await world.event(alarmAt(world.clock.now()))
    expect(await made(world)).toHaveLength(1)
    const letterId = await onlyLetter(world)

    const repaired = world.repaired([rule, sound])
    const { body } = await redrive(world, letterId, repaired)
    await world.run()

    expect(body.redriven?.operationIds).toHaveLength(1)
    expect(world.acted().toSorted()).toEqual([`restart ${nodeId(0)}`, `restart ${nodeId(1)}`])
  })

  test('of a rule that is gone cannot be redriven', async () => {
    const world = await openWorld({ rules: [{ ...rule, request: { ...rule.request, action: 'fly' } }] })
    await world.event(alarmAt(world.clock.now()))

    const { status, body } = await redrive(world, await onlyLetter(world), world.repaired([]))

    expect(status).toBe(409)
    expect(body.detail).toContain('no rule hung-server')
  })
})

describe('what cannot be redriven', () => {
  test.each([
    ['is no JSON', 'not json', {}],
    [
      'is an event for the poller',
      JSON.stringify({ ...requested('e1'), 'detail-type': 'Node Operation State Change' }),
      { RULE_ARN: 'arn:aws:events:eu-de:0:rule/drover/RunningRule' },
    ],
  ])('is kept and shown all the same: it %s', async (_, body, attributes) => {
    const world = await openWorld()
    await world.bury([{ id: 'm1', provider: UNDELIVERED, body, receives: 1, attributes }])

    const { status } = await redrive(world, 'm1')
    const shown = await world.call('GET /v1/dead-letters/{letterId}', 'm1')

    expect(status).toBe(409)
    expect(shown.body).toMatchObject({ kind: 'unreadable', redrivable: false, body })
  })

  test('is an event that was too large to be kept whole', async () => {
    const world = await openWorld()
    const noise = randomBytes(600_000).toString('base64')
    await world.bury([givenUp(requested('e1', { ...requestFor('otc-ecs', 2), reason: noise }))])

    const { status, body } = await redrive(world, await onlyLetter(world))

    expect(status).toBe(409)
    expect(body.detail).toContain('too large')
    expect(await made(world)).toEqual([])
  })

  test.each(['nobody', '../x', ''])('is a letter that is not there: "%s"', async (letterId) => {
    const world = await openWorld()

    expect((await redrive(world, letterId)).status).toBe(404)
  })

  test('is a letter whose time is over, before the operation of its event is forgotten', async () => {
    const world = await openWorld()
    await lose(world, requested('e1'))
    const letterId = await onlyLetter(world)
    world.clock.advance(60 * 86_400_000)

    expect((await redrive(world, letterId)).status).toBe(404)
  })
})

describe('all letters at once', () => {
  test('are redriven page by page, each once; what is refused again does not hold up the others', async () => {
    const world = await openWorld()
    for (let i = 0; i < 4; i += 1) {
      await lose(world, requested(`e${i}`, requestFor('otc-ecs', 0, { nodeIds: [nodeId(i)] })), `request-${i}`)
      world.clock.advance(1_000)
    }
    await world.event(requested('bad', { provider: 'none' }))

    const first = await redriveAll(world, { limit: '3' })
    const second = await redriveAll(world, { limit: '3', cursor: first.nextCursor ?? '' })
    await world.run()

    expect([first.left, second.left, second.nextCursor]).toEqual([2, 0, null])
    expect(first.items.map(({ state }) => state)).toEqual(['kept', 'redriven', 'redriven'])
    expect(first.items[0]?.problem).toContain('refused again')
    expect(await made(world)).toHaveLength(4)
    expect(world.acted()).toHaveLength(4)
    expect((await redriveAll(world)).items).toMatchObject([{ state: 'kept' }])
  })

  test('are not redriven by a call that says something which would be ignored', async () => {
    const world = await openWorld()
    await lose(world, requested('e1'))

    const withBody = await world.call('POST /v1/dead-letters/redrive', '', { body: '{"letterIds":["a"]}' })
    const withQuery = await world.call('POST /v1/dead-letters/redrive', '', { query: { letterId: 'a' } })

    expect([withBody.status, withQuery.status]).toEqual([400, 400])
    expect(await made(world)).toEqual([])
  })
})

test('what is secret in a letter is in no answer', async () => {
  const world = await openWorld()
  await world.event(requested('e1', { ...requestFor('otc-ecs', 1), secretKey: 'hidden' }))
  const letterId = await onlyLetter(world)

  const answers = [
    await world.call('GET /v1/dead-letters'),
    await world.call('GET /v1/dead-letters/{letterId}', letterId),
    await redrive(world, letterId),
    await redriveAll(world),
  ]

  expect(JSON.stringify(answers)).not.toContain('hidden')
  expect(JSON.stringify(answers)).toContain('otc-ecs')
})
