import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { awsJson } from '../../../infra/local/aws-json.ts'
import { createEcsSimulator } from '../../../infra/local/simulators/ecs.ts'
import { apiClient, type ApiClient, expectEventsOf, uuids } from '../../helpers/api-client.ts'
import { type HostileCloud, type Manners, openHostileCloud, projectOf, send } from '../../helpers/hostile-cloud.ts'
import { huaweiCredentials } from '../../helpers/huawei-client.ts'
import { runStart, type Started } from '../../helpers/started.ts'
import { shuffled } from '../../helpers/world/shuffled.ts'
import { acceptAll, allEnded } from './trial.ts'

const SCALE = 100

type Letter = { letterId: string; kind: string; redriven: { outcome: string; operationIds: string[] } | null }

const restart = (projectId: string, nodeIds: readonly string[]) => ({
  provider: 'otc-ecs',
  action: 'restart',
  target: { region: 'eu-de', projectId },
  nodeIds,
})

describe('what comes in twice, at once, or not at all right', () => {
  let cloud: HostileCloud
  let stack: Started
  let client: ApiClient
  /** By project: what the answer to a call waits for, once it was carried out. */
  const gates = new Map<string, Promise<void>>()

  beforeAll(async () => {
    const simulator = createEcsSimulator({
      clock: { now: Date.now, scale: SCALE },
      seed: 7,
      credentials: huaweiCredentials,
    })
    const heldFor = (gate: Promise<void>): Manners => ({
      post: async ({ act, response }) => {
        const reply = act()
        await gate
        send(response, reply)
      },
    })
    cloud = await openHostileCloud(simulator, {
      cornerOf: projectOf,
      mannersOf: (corner) => {
        const gate = gates.get(corner)
        return gate && heldFor(gate)
      },
    })
    stack = await runStart([], {
      DROVER_TIME_SCALE: String(SCALE),
      DROVER_GRACE_SECONDS: '2',
      PROVIDER_ENDPOINT_OTC_ECS: cloud.url,
    })
    client = apiClient(stack.url)
  })
  afterAll(async () => {
    await stack?.kill('SIGKILL')
    await cloud?.close()
  })

  /** Answers of this project wait until the function that this answers is called. */
  const hold = (corner: string) => {
    const { promise, resolve } = Promise.withResolvers<void>()
    gates.set(corner, promise)
    return resolve
  }

  const actedOn = (nodeIds: readonly string[]) =>
    cloud.actions().filter(({ nodeId }) => nodeIds.includes(nodeId)).length

  const call = async (action: string, body: object) => {
    const url = /^SQS +(\S+)$/m.exec(stack.stderr())?.[1] ?? ''
    return awsJson({ url, prefix: 'AmazonSQS', place: { region: 'eu-central-1' } })(action, body)
  }
  const queueUrl = async (end: string) => {
    const { QueueUrls } = await call('ListQueues', {})
    return (QueueUrls as string[]).find((one) => one.endsWith(end)) ?? ''
  }

  /** Puts messages into a queue of otc-ecs, one after the other, as anybody with the right to could. */
  const sendMessages = async (bodies: readonly string[], queue = '-otc-ecs') => {
    const QueueUrl = await queueUrl(queue)
    for (const MessageBody of bodies) await call('SendMessage', { QueueUrl, MessageBody })
  }
  const messagesOf = async (operationId: string) =>
    (await client.operation(operationId)).batches.map(({ batchId }) => JSON.stringify({ v: 1, operationId, batchId }))

  test('ten times the same message while the first is worked on, and again when all is over: one call', async () => {
    const nodeIds = uuids(3)
    const release = hold('held')
    const operationId = await client.accept(restart('held', nodeIds))
    await expect.poll(() => cloud.mutations('held').length, { timeout: 10_000 }).toBe(1)
    const [twin = ''] = await messagesOf(operationId)

    await sendMessages(Array.from({ length: 10 }, () => twin))
    await sleep(500)
    release()
    const ended = await client.ended(operationId)
    await sendMessages(Array.from({ length: 10 }, () => twin))
    await sleep(500)

    expect(ended).toMatchObject({ status: 'SUCCEEDED', counts: { succeeded: 3 } })
    expect(cloud.mutations('held')).toHaveLength(1)
    expect(actedOn(nodeIds)).toBe(3)
    await expectEventsOf(client, [operationId])
  })

  test('messages that nobody understands hold up none behind them', async () => {
    const nodeIds = uuids(3)

    await sendMessages([
      'hello',
      '{}',
      '[]',
      'null',
      JSON.stringify({ v: 0, operationId: 'op-1', batchId: 'op-1.0001' }),
      JSON.stringify({ v: 2, operationId: 'op-1', batchId: 'op-1.0001' }),
      JSON.stringify({ v: 1, operationId: 'op-of-nobody', batchId: 'op-of-nobody.0001' }),
      JSON.stringify({ v: 1, operationId: '__proto__', batchId: 'constructor' }),
      'x'.repeat(200_000),
    ])
    const operationId = await client.accept(restart('behind', nodeIds))

    expect(await client.ended(operationId)).toMatchObject({ status: 'SUCCEEDED' })
    expect(actedOn(nodeIds)).toBe(3)
  })

  test('one key at once: the same request, in capitals and in another order, is one operation; another one is told so', async () => {
    const nodeIds = uuids(4)
    const key = { 'idempotency-key': randomUUID() }
    const same = restart('keys', nodeIds)
    const alike = restart(
      'keys',
      nodeIds.toReversed().map((id) => id.toUpperCase()),
    )
    const other = restart('keys', uuids(1))

    const answers = await Promise.all(
      [same, alike, same, alike, same, alike, same, alike, same, alike].map(async (body) =>
        client.post('/v1/operations', body, key),
      ),
    )
    const refused = await client.post('/v1/operations', other, key)
    const ids = new Set(answers.map(({ body }) => body.operationId))
    const [operationId = ''] = ids
    await client.ended(operationId)

    expect(answers.map(({ status }) => String(status)).toSorted()).toEqual([
      ...Array.from({ length: 9 }, () => '200'),
      '202',
    ])
    expect(ids.size).toBe(1)
    expect(refused.status).toBe(409)
    expect(actedOn(nodeIds)).toBe(4)
    expect(cloud.mutations('keys')).toHaveLength(1)
  })

  test('one key for two requests at once: one of them is done, the other is told', async () => {
    const [one, two] = [uuids(2), uuids(2)]
    const key = { 'idempotency-key': randomUUID() }

    const answers = await Promise.all(
      [one, two, one, two].map(async (nodeIds) => client.post('/v1/operations', restart('races', nodeIds), key)),
    )
    const made = answers.find(({ status }) => status === 202)?.body.operationId ?? ''
    await client.ended(made)

    expect(answers.map(({ status }) => String(status)).toSorted()).toEqual(['200', '202', '409', '409'])
    expect([actedOn(one), actedOn(two)].toSorted((a, b) => a - b)).toEqual([0, 2])
  })

  test('messages of 23 batches, some of them in work, three times each and in any order: one call each', async () => {
    const several = (corner: string, nodes: number) => ({ ...restart(corner, uuids(nodes)), rollout: { batchSize: 1 } })
    // Fewer than there are workers, so that somebody is left for what comes again.
    const inWork = several('in-work', 3)
    const others = Array.from({ length: 5 }, () => several('shuffled', 4))
    const release = hold('in-work')
    const first = await client.accept(inWork)
    await expect.poll(() => cloud.mutations('in-work').length, { timeout: 10_000 }).toBe(3)
    const ids = [first, ...(await acceptAll(client, others))]
    const messages = (await Promise.all(ids.map(messagesOf))).flat()

    await sendMessages(shuffled([...messages, ...messages, ...messages], 11))
    await sleep(300)
    release()
    await allEnded(client, ids, 30_000)

    const nodeIds = [inWork, ...others].flatMap((one) => one.nodeIds)
    const calls = ['in-work', 'shuffled'].flatMap((corner) => cloud.mutations(corner))
    const asked = calls.flatMap(({ body }) => nodeIds.filter((id) => body.includes(id)))
    expect(messages).toHaveLength(23)
    expect(asked.toSorted()).toEqual(nodeIds.toSorted())
    expect(actedOn(nodeIds)).toBe(23)
    await expectEventsOf(client, ids)
  })

  test("a message that is visible again while its call is under way is another worker's too, which leaves it: one call", async () => {
    const nodeIds = uuids(3)
    const QueueUrl = await queueUrl('-otc-ecs')
    const inQueue = async () => {
      const { Attributes } = await call('GetQueueAttributes', { QueueUrl, AttributeNames: ['All'] })
      const counts = Attributes as Record<string, string>
      return Number(counts['ApproximateNumberOfMessages']) + Number(counts['ApproximateNumberOfMessagesNotVisible'])
    }
    await expect.poll(inQueue, { timeout: 10_000 }).toBe(0)
    await call('SetQueueAttributes', { QueueUrl, Attributes: { VisibilityTimeout: '1' } })

    const release = hold('slow')
    const operationId = await client.accept(restart('slow', nodeIds))
    await expect.poll(() => cloud.mutations('slow').length, { timeout: 10_000 }).toBe(1)
    const before = await inQueue()
    // Whoever takes a message away has had it: the first worker still waits for its answer.
    await expect.poll(inQueue, { timeout: 2_500, interval: 20 }).toBe(0)
    release()
    const ended = await client.ended(operationId)

    expect(before).toBe(1)
    expect(ended).toMatchObject({ status: 'SUCCEEDED', counts: { succeeded: 3 } })
    expect(cloud.mutations('slow')).toHaveLength(1)
    expect(actedOn(nodeIds)).toBe(3)
    await expectEventsOf(client, [operationId])
  })

  test('a dead letter put back while its call is under way, and one put back when it has ended: nothing is done again', async () => {
    const nodeIds = uuids(3)
    const release = hold('buried')
    const letters = async () => (await client.json<{ items: Letter[] }>('/v1/dead-letters')).items
    const ownLetters = async () => (await letters()).filter(({ kind }) => kind === 'batch')
    const putBack = async (letterId = '') => {
      const { status, body } = await client.post(`/v1/dead-letters/${letterId}/redrive`, '')
      return { status, redriven: (body as unknown as Letter).redriven }
    }
    const operationId = await client.accept(restart('buried', nodeIds))
    await expect.poll(() => cloud.mutations('buried').length, { timeout: 10_000 }).toBe(1)
    const [twin = ''] = await messagesOf(operationId)

    await sendMessages([twin, twin], '-otc-ecs-dead-letter')
    await expect.poll(ownLetters, { timeout: 10_000 }).toHaveLength(2)
    const [one, other] = await ownLetters()
    const early = await putBack(one?.letterId)
    release()
    const ended = await client.ended(operationId)
    const late = await putBack(other?.letterId)
    await sleep(500)

    const said = (outcome: string) => ({ status: 200, redriven: { outcome, operationIds: [operationId] } })
    expect(early).toMatchObject(said('the batch waits for no message any more: SUBMITTING'))
    expect(late).toMatchObject(said('the batch has already ended: SUCCEEDED'))
    expect(ended).toMatchObject({ status: 'SUCCEEDED', counts: { succeeded: 3 } })
    expect(cloud.mutations('buried')).toHaveLength(1)
    expect(actedOn(nodeIds)).toBe(3)
    await expectEventsOf(client, [operationId])
  })
})
