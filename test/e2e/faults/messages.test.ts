import { randomUUID } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { awsJson } from '../../../infra/local/aws-json.ts'
import { createEcsSimulator } from '../../../infra/local/simulators/ecs.ts'
import { apiClient, type ApiClient, expectEventsOf, type OperationView, uuids } from '../../helpers/api-client.ts'
import { type HostileCloud, type Manners, openHostileCloud, projectOf, send } from '../../helpers/hostile-cloud.ts'
import { huaweiCredentials } from '../../helpers/huawei-client.ts'
import { runStart, type Started } from '../../helpers/started.ts'
import { allEnded } from './trial.ts'

const SCALE = 100
const rule = {
  name: 'hung-server',
  alarm: 'hung-.+',
  cooldownSeconds: 3600,
  request: {
    provider: 'otc-ecs',
    action: 'restart',
    target: { region: 'eu-de', projectId: 'alarms' },
    nodeIds: ['{dimension.InstanceId}'],
  },
}
const restart = (projectId: string, nodeIds: readonly string[]) => ({
  provider: 'otc-ecs',
  action: 'restart',
  target: { region: 'eu-de', projectId },
  nodeIds,
})

describe('what comes in twice, at once, or not at all right', () => {
  let folder = ''
  let cloud: HostileCloud
  let stack: Started
  let client: ApiClient
  /** Lets go the call that acts for the project "held". */
  const { promise: letGo, resolve: release } = Promise.withResolvers<void>()

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'drover-rules-'))
    const file = join(folder, 'rules.json')
    await writeFile(file, JSON.stringify({ rules: [rule] }))
    const simulator = createEcsSimulator({
      clock: { now: Date.now, scale: SCALE },
      seed: 7,
      credentials: huaweiCredentials,
    })
    const held: Manners = {
      post: async ({ act, response }) => {
        const reply = act()
        await letGo
        send(response, reply)
      },
    }
    cloud = await openHostileCloud(simulator, {
      cornerOf: projectOf,
      mannersOf: (corner) => (corner === 'held' ? held : undefined),
    })
    stack = await runStart([], {
      DROVER_TIME_SCALE: String(SCALE),
      DROVER_GRACE_SECONDS: '2',
      PROVIDER_ENDPOINT_OTC_ECS: cloud.url,
      REMEDIATION_RULES_FILE: file,
    })
    client = apiClient(stack.url)
  })
  afterAll(async () => {
    await stack?.kill('SIGKILL')
    await cloud?.close()
    await rm(folder, { recursive: true, force: true })
  })

  const actedOn = (nodeIds: readonly string[]) =>
    cloud.actions().filter(({ nodeId }) => nodeIds.includes(nodeId)).length

  /** Puts messages into the queue of otc-ecs, as anybody with the right to could. */
  const sendMessages = async (bodies: readonly string[]) => {
    const url = /^SQS +(\S+)$/m.exec(stack.stderr())?.[1] ?? ''
    const call = awsJson({ url, prefix: 'AmazonSQS', place: { region: 'eu-central-1' } })
    const { QueueUrls } = await call('ListQueues', {})
    const queue = (QueueUrls as string[]).find((one) => one.endsWith('-otc-ecs')) ?? ''
    const QueueUrl = `${url}/000000000000/${queue.split('/').at(-1)}`
    await Promise.all(bodies.map(async (MessageBody) => call('SendMessage', { QueueUrl, MessageBody })))
  }

  test('ten times the same message while the first is worked on, and again when all is over: one call', async () => {
    const nodeIds = uuids(3)
    const operationId = await client.accept(restart('held', nodeIds))
    await expect.poll(() => cloud.mutations('held').length, { timeout: 10_000 }).toBe(1)
    const { batchId } = (await client.operation(operationId)).batches[0] ?? {}
    const twin = JSON.stringify({ v: 1, operationId, batchId })

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

  test('a storm of 500 alarms, a hundred of them delivered twice: every one of 20 nodes is acted on once', async () => {
    const nodeIds = uuids(20)
    const timestamp = new Date().toISOString().replace('Z', '+0000')
    const alarms = Array.from({ length: 500 }, (_, i) => ({
      id: randomUUID(),
      source: 'aws.cloudwatch',
      'detail-type': 'CloudWatch Alarm State Change',
      detail: {
        alarmName: `hung-${i}`,
        state: { value: 'ALARM', timestamp },
        configuration: { metrics: [{ metricStat: { metric: { dimensions: { InstanceId: nodeIds[i % 20] } } } }] },
      },
    }))
    const isAlarms = ({ trigger }: OperationView) => trigger === 'alarm'
    const made = async () => (await client.pages<OperationView>('/v1/operations', 100)).flat().filter(isAlarms)

    await client.post('/local/events', [...alarms, ...alarms.slice(0, 100)])
    await expect.poll(async () => (await made()).length, { timeout: 40_000, interval: 500 }).toBe(20)
    await allEnded(
      client,
      (await made()).map(({ operationId }) => operationId),
      30_000,
    )

    expect(
      cloud
        .actions()
        .flatMap(({ nodeId }) => (nodeIds.includes(nodeId) ? [nodeId] : []))
        .toSorted(),
    ).toEqual(nodeIds.toSorted())
    expect(cloud.mutations('alarms').length).toBe(20)
    expect(await made()).toHaveLength(20)
  })
})
