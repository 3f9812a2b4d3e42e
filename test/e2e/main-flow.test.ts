import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startStack, type Stack } from '../../infra/local/stack.ts'
import type { NodeOutcome } from '../../lib/domain/outcome.ts'
import {
  actionsAt,
  apiClient,
  type ApiClient,
  expectEventsOf,
  type OperationView,
  uuids,
} from '../helpers/api-client.ts'
import { sumsOf } from '../helpers/emf.ts'

const projectId = '0215ef11e49d4743be23dd97a1561e91'
const otc = { region: 'eu-de', projectId }
const huawei = { region: 'cn-north-4', projectId }
const failing = uuids(3)
const failure = { code: 'Ecs.0227', message: 'Failed to restart the ECS.' }
const computing = Array.from({ length: 60 }, (_, i) => `cln-${String(i).padStart(8, '0')}`)

/** One request for each kind of thing that can be asked for, and how it ends. */
const requests = {
  'restart at otc-ecs': {
    request: {
      provider: 'otc-ecs',
      action: 'restart',
      target: otc,
      nodeIds: [...failing, ...uuids(247)],
      rollout: { batchSize: 100 },
    },
    counts: { succeeded: 247, failed: 3 },
  },
  'stop at huaweicloud-ecs': {
    request: {
      provider: 'huaweicloud-ecs',
      action: 'stop',
      target: huawei,
      nodeIds: uuids(20),
      options: { mode: 'hard' },
    },
    counts: { succeeded: 20 },
  },
  'start at huaweicloud-ecs': {
    request: { provider: 'huaweicloud-ecs', action: 'start', target: huawei, nodeIds: uuids(20) },
    counts: { succeeded: 20 },
  },
  'delete at huaweicloud-ecs': {
    request: { provider: 'huaweicloud-ecs', action: 'delete', target: huawei, nodeIds: uuids(20) },
    counts: { succeeded: 20 },
  },
  'restart at huaweicloud-bms': {
    request: { provider: 'huaweicloud-bms', action: 'restart', target: huawei, nodeIds: uuids(20) },
    counts: { succeeded: 20 },
  },
  'stop at otc-bms': {
    request: { provider: 'otc-bms', action: 'stop', target: otc, nodeIds: uuids(10) },
    counts: { succeeded: 10 },
  },
  'restart at huaweicloud-css': {
    request: { provider: 'huaweicloud-css', action: 'restart', target: huawei, nodeIds: uuids(2) },
    counts: { succeeded: 2 },
  },
  'rolling restart at otc-css': {
    request: { provider: 'otc-css', action: 'restart', target: otc, nodeIds: uuids(1), options: { rolling: true } },
    counts: { succeeded: 1 },
  },
  'restart at qingcloud-ehpc': {
    request: {
      provider: 'qingcloud-ehpc',
      action: 'restart',
      target: { zone: 'jn1a', clusterId: 'ehpc-main' },
      nodeIds: computing,
    },
    counts: { succeeded: 60 },
  },
  'delete at qingcloud-ehpc': {
    request: {
      provider: 'qingcloud-ehpc',
      action: 'delete',
      target: { zone: 'jn1a', clusterId: 'ehpc-other' },
      nodeIds: ['cln-gone1', 'cln-gone2'],
    },
    counts: { succeeded: 2 },
  },
  'stop at qingcloud-ehpc': {
    request: { provider: 'qingcloud-ehpc', action: 'stop', target: { zone: 'jn1a' }, nodeIds: ['ehpc-stopped1'] },
    counts: { succeeded: 1 },
  },
} as const

type Name = keyof typeof requests
const names = Object.keys(requests) as Name[]

const cluster = (clusterId: string, nodeIds: readonly string[]) => ({
  clusterId,
  zone: 'jn1a',
  nodes: [
    { nodeId: `cln-${clusterId.slice(5)}c`, role: 'controller' as const },
    { nodeId: `cln-${clusterId.slice(5)}l`, role: 'login' as const },
    ...nodeIds.map((nodeId) => ({ nodeId, role: 'compute' as const })),
  ],
})

describe('a request for nodes of every provider', () => {
  let stack: Stack
  let client: ApiClient
  const ends = new Map<Name, OperationView>()
  const logs: string[] = []
  const metrics: string[] = []

  beforeAll(async () => {
    const failures = Object.fromEntries(failing.map((id) => [id, failure]))
    stack = await startStack({
      env: { DROVER_TIME_SCALE: '60', LOG_LEVEL: 'info' },
      onLog: (text) => logs.push(text),
      onMetrics: (line) => metrics.push(line),
      clouds: {
        'otc-ecs': { fleet: { failing: failures } },
        'qingcloud-ehpc': {
          fleet: {
            clusters: [cluster('ehpc-main', computing), cluster('ehpc-other', ['cln-gone1', 'cln-gone2', 'cln-stays'])],
          },
        },
      },
    })
    client = apiClient(stack.url)
    const ids = await Promise.all(names.map(async (name) => client.accept(requests[name].request)))
    await Promise.all(names.map(async (name, i) => void ends.set(name, await client.ended(ids[i]!))))
  }, 60_000)
  afterAll(() => stack.close())

  test.each(names)('%s ends with an outcome for every node', (name) => {
    const { request, counts } = requests[name]
    const total = request.nodeIds.length

    const operation = ends.get(name)

    expect(operation).toMatchObject({
      provider: request.provider,
      action: request.action,
      status: 'failed' in counts ? 'PARTIAL' : 'SUCCEEDED',
      trigger: 'http',
      counts: { total, pending: 0, running: 0, skipped: 0, unknown: 0, ...counts },
    })
  })

  test('every terminal state of operations and jobs is in /local/events, with the outcomes of the nodes', async () => {
    const ids = names.map((name) => ends.get(name)?.operationId ?? '')
    // An event may come more than once; it is the same one then.
    const ended = async () => {
      const changes = (await client.events()).map(({ detail }) => detail)
      return new Set(changes.flatMap((change) => ('batchId' in change || !change.endedAt ? [] : [change.eventId]))).size
    }
    await expect.poll(ended).toBe(names.length)

    await expectEventsOf(client, ids)
  })

  test('every operation and node is in the metrics, once', async () => {
    const counted = () =>
      Object.fromEntries(Object.entries(sumsOf(metrics)).filter(([key]) => /^(?:Operations|Nodes)/.test(key)))
    const expected: Record<string, number> = {}
    const add = (name: string, provider: string, value: number) => {
      if (value > 0) expected[`${name} ${provider}`] = (expected[`${name} ${provider}`] ?? 0) + value
    }
    for (const { provider, status, counts } of ends.values()) {
      add('OperationsAccepted', provider, 1)
      add(status === 'PARTIAL' ? 'OperationsPartial' : 'OperationsSucceeded', provider, 1)
      add('NodesSucceeded', provider, counts.succeeded)
      add('NodesFailed', provider, counts.failed)
    }

    await expect.poll(counted).toEqual(expected)
    expect(sumsOf(metrics)['ProviderCalls otc-ecs']).toBeGreaterThan(3)
  })

  test('log lines say what they are about, and no metric is among them', () => {
    const lines = logs.join('').split('\n').filter(Boolean)
    const entries = lines.map((line) => JSON.parse(line) as Record<string, unknown>)

    const submitted = entries.filter(({ message }) => message === 'batch submitted')

    expect(submitted.length).toBeGreaterThanOrEqual(names.length)
    for (const entry of submitted) {
      for (const id of ['requestId', 'messageId', 'operationId', 'batchId', 'provider'])
        expect(entry).toHaveProperty(id, expect.any(String))
    }
    for (const entry of entries) expect(entry).not.toHaveProperty('_aws')
  })

  test('no node was acted on twice, and none that nobody asked for', async () => {
    for (const [provider, cloud] of stack.clouds) {
      const acted = (await actionsAt(cloud.url)).map(({ nodeId }) => nodeId)
      const asked = names.flatMap((name) =>
        requests[name].request.provider === provider ? [...requests[name].request.nodeIds] : [],
      )
      expect(acted.toSorted()).toEqual(asked.toSorted())
    }
  })

  test('nodes come in pages, each of them once', async () => {
    const { operationId } = ends.get('restart at otc-ecs')!
    const path = `/v1/operations/${operationId}/nodes`

    const pages = await client.pages<NodeOutcome>(path, 97)
    const failed = await client.pages<NodeOutcome>(`${path}?outcome=failed`, 2)

    expect(pages.map((page) => page.length)).toEqual([97, 97, 56])
    expect(new Set(pages.flat().map(({ nodeId }) => nodeId)).size).toBe(250)
    expect(failed.map((page) => page.length)).toEqual([2, 1])
    expect(
      failed
        .flat()
        .map(({ nodeId }) => nodeId)
        .toSorted(),
    ).toEqual(failing.toSorted())
    for (const node of failed.flat())
      expect(node).toMatchObject({ outcome: 'failed', code: 'Ecs.0227', reason: failure.message })
  })

  test('operations are listed newest first, in pages, by status and by provider', async () => {
    const pages = await client.pages<OperationView>('/v1/operations', 4)
    const partial = await client.pages<OperationView>('/v1/operations?status=PARTIAL', 100)
    const ehpc = await client.pages<OperationView>('/v1/operations?provider=qingcloud-ehpc&status=SUCCEEDED', 2)

    const times = pages.flat().map(({ createdAt }) => createdAt)
    expect(pages.map((page) => page.length)).toEqual([4, 4, 3])
    expect(times).toEqual(times.toSorted((a, b) => (String(a) < String(b) ? 1 : -1)))
    expect(partial.flat().map(({ operationId }) => operationId)).toEqual([ends.get('restart at otc-ecs')?.operationId])
    expect(ehpc.map((page) => page.length)).toEqual([2, 1])
  })

  test('retry takes the failed nodes only', async () => {
    const { operationId } = ends.get('restart at otc-ecs')!

    const { status, body } = await client.post(`/v1/operations/${operationId}/retry`, '')
    const again = await client.post(`/v1/operations/${operationId}/retry`, '')

    expect({ status, body }).toMatchObject({ status: 202, body: { retryOf: operationId, counts: { total: 3 } } })
    expect(again).toMatchObject({ status: 200, body: { operationId: body.operationId } })
    expect((await client.ended(body.operationId)).counts).toMatchObject({ failed: 3 })
  })

  test('the providers say what they offer', async () => {
    const { items } = await client.json<{ items: { id: string; actions: object }[] }>('/v1/providers')

    expect(items.map(({ id }) => id).toSorted()).toEqual([
      'huaweicloud-bms',
      'huaweicloud-css',
      'huaweicloud-ecs',
      'otc-bms',
      'otc-css',
      'otc-ecs',
      'qingcloud-ehpc',
    ])
    expect(items.find(({ id }) => id === 'otc-ecs')?.actions).toHaveProperty('restart.options.mode.values.soft')
  })

  test('health is well', async () => {
    expect((await fetch(`${stack.url}/v1/health`)).status).toBe(200)
    expect((await fetch(`${stack.url}/health`)).status).toBe(200)
  })

  test('ten identical requests at once with one key: one 202 and nine 200', async () => {
    const request = { provider: 'otc-ecs', action: 'restart', target: otc, nodeIds: uuids(5) }
    const send = async () => client.post('/v1/operations', request, { 'idempotency-key': 'once' })

    const answers = await Promise.all(Array.from({ length: 10 }, send))
    const other = await client.post('/v1/operations', { ...request, nodeIds: uuids(1) }, { 'idempotency-key': 'once' })

    expect(answers.filter(({ status }) => status === 202)).toHaveLength(1)
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(9)
    expect(new Set(answers.map(({ body }) => body.operationId)).size).toBe(1)
    expect(answers[0]?.headers.get('location')).toBe(`/v1/operations/${answers[0]?.body.operationId}`)
    expect(other.status).toBe(409)
  })
})
