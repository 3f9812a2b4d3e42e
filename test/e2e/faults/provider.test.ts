import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createEcsSimulator } from '../../../infra/local/simulators/ecs.ts'
import { apiClient, expectEventsOf, type ApiClient } from '../../helpers/api-client.ts'
import { openHostileCloud, projectOf, type HostileCloud } from '../../helpers/hostile-cloud.ts'
import { huaweiCredentials } from '../../helpers/huawei-client.ts'
import { runStart, type Started } from '../../helpers/started.ts'
import { providerRows } from './provider-rows.ts'
import { allEnded, type Ending, endingOf, expectEnding, mannersOf, trialsOf } from './trial.ts'

const SCALE = 100
const trials = trialsOf(providerRows)

describe('a cloud that is hostile to the calls that act', () => {
  let cloud: HostileCloud
  let stack: Started
  let client: ApiClient
  const operationIds: string[] = []
  const endings = new Map<string, Ending>()

  beforeAll(async () => {
    const servers = trials.flatMap(({ nodeIds, corner, row }) =>
      nodeIds.map((id) => ({ id, projectId: corner, ...(row.action === 'start' ? { status: 'SHUTOFF' as const } : {}) })),
    )
    const clock = { now: Date.now, scale: SCALE }
    const simulator = createEcsSimulator({ clock, seed: 7, credentials: huaweiCredentials, fleet: { servers } })
    cloud = await openHostileCloud(simulator, { cornerOf: projectOf, mannersOf: mannersOf(trials) })
    stack = await runStart([], {
      DROVER_TIME_SCALE: String(SCALE),
      DROVER_GRACE_SECONDS: '2',
      DROVER_DEADLINE_SECONDS: '10',
      PROVIDER_ENDPOINT_OTC_ECS: cloud.url,
    })
    client = apiClient(stack.url)
    await Promise.all(
      trials.map(async ({ row, corner, nodeIds }, i) => {
        operationIds[i] = await client.accept({
          provider: 'otc-ecs',
          action: row.action ?? 'restart',
          target: { region: 'eu-de', projectId: corner },
          nodeIds,
        })
      }),
    )
    await allEnded(client, operationIds, 60_000)
    await Promise.all(
      trials.map(async (trial, i) => endings.set(trial.row.name, await endingOf(client, operationIds[i] ?? '', trial, cloud))),
    )
  }, 100_000)
  afterAll(async () => {
    await stack.kill('SIGKILL')
    await cloud.close()
  })

  test.each(trials.map((trial) => [trial.row.name, trial] as const))('%s', (name, trial) => {
    const ending = endings.get(name)
    if (ending === undefined) throw new Error('it was not tried')

    expectEnding(trial, ending)
  })

  test('every end was published, each event once and for all the same', async () => {
    await expectEventsOf(client, operationIds)
  })

  test('nothing but what was asked for was done', () => {
    const asked = new Set(trials.flatMap(({ nodeIds }) => nodeIds))

    expect(cloud.actions().filter(({ nodeId }) => !asked.has(nodeId))).toEqual([])
    expect(stack.stderr()).not.toContain(huaweiCredentials.secretKey)
  })
})
