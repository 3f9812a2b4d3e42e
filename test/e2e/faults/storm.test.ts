import { randomUUID } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createEcsSimulator } from '../../../infra/local/simulators/ecs.ts'
import { apiClient, type ApiClient, expectEventsOf, type OperationView, uuids } from '../../helpers/api-client.ts'
import { type HostileCloud, openHostileCloud, projectOf } from '../../helpers/hostile-cloud.ts'
import { huaweiCredentials } from '../../helpers/huawei-client.ts'
import { runStart, type Started } from '../../helpers/started.ts'
import { allEnded } from './trial.ts'

const SCALE = 100
const ALARMS = 10_000
const NODES = 50
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

const alarmOf = (name: string, nodeId: string) => ({
  id: randomUUID(),
  source: 'aws.cloudwatch',
  'detail-type': 'CloudWatch Alarm State Change',
  detail: {
    alarmName: name,
    state: { value: 'ALARM', timestamp: new Date().toISOString().replace('Z', '+0000') },
    configuration: { metrics: [{ metricStat: { metric: { dimensions: { InstanceId: nodeId } } } }] },
  },
})

describe('a storm of alarms', () => {
  let folder = ''
  let cloud: HostileCloud
  let stack: Started
  let client: ApiClient

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'drover-rules-'))
    const file = join(folder, 'rules.json')
    await writeFile(file, JSON.stringify({ rules: [rule] }))
    const clock = { now: Date.now, scale: SCALE }
    const simulator = createEcsSimulator({ clock, seed: 7, credentials: huaweiCredentials })
    cloud = await openHostileCloud(simulator, { cornerOf: projectOf, mannersOf: () => undefined })
    stack = await runStart([], {
      DROVER_TIME_SCALE: String(SCALE),
      DROVER_GRACE_SECONDS: '2',
      LOG_LEVEL: 'info',
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

  test(`${ALARMS} at once, some delivered twice, act on every one of ${NODES} nodes once`, async () => {
    const nodeIds = uuids(NODES)
    const alarms = Array.from({ length: ALARMS }, (_, i) => alarmOf(`hung-${i}`, nodeIds[i % NODES] ?? ''))
    const made = async () => (await client.pages<OperationView>('/v1/operations', 100)).flat()
    /** Those that were not acted on say so in the log. */
    const coolingDown = () => stack.stderr().split('"alarm not acted on"').length - 1

    await client.post('/local/events', [...alarms, ...alarms.slice(0, ALARMS / 100)])
    await expect.poll(coolingDown, { timeout: 120_000, interval: 500 }).toBeGreaterThanOrEqual(ALARMS - NODES)
    const ids = (await made()).map(({ operationId }) => operationId)
    await allEnded(client, ids, 30_000)

    const acted = cloud.actions().map(({ nodeId }) => nodeId)
    expect(acted.toSorted()).toEqual(nodeIds.toSorted())
    expect(cloud.mutations('alarms')).toHaveLength(NODES)
    expect(await made()).toHaveLength(NODES)
    expect(stack.stderr()).not.toContain('dropped after')
    await expectEventsOf(client, ids)
  }, 170_000)
})
