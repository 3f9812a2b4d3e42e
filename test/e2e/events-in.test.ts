import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startStack, type Stack } from '../../infra/local/stack.ts'
import { apiClient, type ApiClient, expectEventsOf, type OperationView, uuids } from '../helpers/api-client.ts'

const target = { region: 'eu-de', projectId: '0215ef11e49d4743be23dd97a1561e91' }
const rules = [
  {
    name: 'hung-server',
    alarm: 'hung-.+',
    cooldownSeconds: 3600,
    request: { provider: 'otc-ecs', action: 'restart', target, nodeIds: ['{dimension.InstanceId}'] },
  },
]

describe('events in', () => {
  let folder = ''
  let stack: Stack
  let client: ApiClient
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'drover-rules-'))
    const file = join(folder, 'rules.json')
    await writeFile(file, JSON.stringify({ rules }))
    stack = await startStack({ env: { DROVER_TIME_SCALE: '60', LOG_LEVEL: 'error', REMEDIATION_RULES_FILE: file } })
    client = apiClient(stack.url)
  })
  afterAll(async () => {
    await stack.close()
    await rm(folder, { recursive: true })
  })

  const made = async (trigger: string): Promise<OperationView[]> =>
    (await client.pages<OperationView>('/v1/operations', 100)).flat().filter((one) => one.trigger === trigger)

  const restarts = (nodeId: string) =>
    (stack.clouds.get('otc-ecs')?.simulator.actions?.() ?? []).filter((action) => action.nodeId === nodeId)

  test('a custom event twice is one operation', async () => {
    const nodeIds = uuids(2)
    const detail = { provider: 'otc-ecs', action: 'restart', target, nodeIds }
    const event = { id: 'event-1', source: 'team.blue', 'detail-type': 'Node Operation Requested', detail }

    await client.post('/local/events', [event, event])
    await expect.poll(async () => (await made('event')).length, { timeout: 10_000 }).toBe(1)
    await client.post('/local/events', event)
    const [operation] = await made('event')
    const ended = await client.ended(operation?.operationId ?? '')

    expect(ended).toMatchObject({ status: 'SUCCEEDED', principal: 'team.blue', counts: { succeeded: 2 } })
    expect(nodeIds.map((id) => restarts(id).length)).toEqual([1, 1])
    expect(await made('event')).toHaveLength(1)
    await expect
      .poll(async () => (await client.events()).some(({ detail: out }) => 'trigger' in out && out.endedAt !== null))
      .toBe(true)
    await expectEventsOf(client, [ended.operationId])
  })

  test('an alarm acts once within its cool-down; stale and OK ones never do', async () => {
    const [node = '', other = ''] = uuids(2)
    const alarm = (id: string, nodeId: string, value = 'ALARM', ageMs = 0) => ({
      id,
      source: 'aws.cloudwatch',
      'detail-type': 'CloudWatch Alarm State Change',
      detail: {
        alarmName: 'hung-1',
        state: { value, timestamp: new Date(Date.now() - ageMs).toISOString().replace('Z', '+0000') },
        configuration: { metrics: [{ metricStat: { metric: { dimensions: { InstanceId: nodeId } } } }] },
      },
    })

    await client.post('/local/events', [
      alarm('ok', other, 'OK'),
      alarm('stale', other, 'ALARM', 3_600_000),
      alarm('first', node),
      alarm('first', node),
      alarm('again', node),
    ])
    await expect.poll(async () => (await made('alarm')).length, { timeout: 10_000 }).toBe(1)
    const [operation] = await made('alarm')
    const ended = await client.ended(operation?.operationId ?? '')
    await client.post('/local/events', alarm('later', node))
    await new Promise((resolve) => setTimeout(resolve, 500))

    expect(ended).toMatchObject({ status: 'SUCCEEDED', reason: 'alarm hung-1', principal: 'hung-1' })
    expect(await made('alarm')).toHaveLength(1)
    expect([restarts(node).length, restarts(other).length]).toEqual([1, 0])
  })

  test('a bad event makes no operation', async () => {
    const detail = { provider: 'otc-ecs', action: 'restart', target, nodeIds: ['../x'] }

    const { status } = await client.post('/local/events', {
      id: 'bad',
      source: 'team.blue',
      'detail-type': 'Node Operation Requested',
      detail,
    })
    await new Promise((resolve) => setTimeout(resolve, 500))

    expect(status).toBe(202)
    expect(await made('event')).toHaveLength(1)
  })
})
