import { createEcsSimulator } from '../../../infra/local/simulators/ecs.ts'
import { apiClient, type ApiClient } from '../../helpers/api-client.ts'
import { type HostileCloud, openHostileCloud, projectOf } from '../../helpers/hostile-cloud.ts'
import { huaweiCredentials } from '../../helpers/huawei-client.ts'
import { runStart, type Started } from '../../helpers/started.ts'
import { allEnded, type Ending, endingOf, mannersOf, type Trial } from './trial.ts'

const SCALE = 150

export type EcsTrials = {
  cloud: HostileCloud
  stack: Started
  client: ApiClient
  operationIds: string[]
  endings: Map<string, Ending>
  close: () => Promise<void>
}

/**
 * Carries out one operation for each trial, all at once, on a stack of its own whose otc-ecs is hostile; answers when all
 * have ended. Grace 2 s, deadline 8 s, everything else 150 times faster.
 */
export const tryAll = async (
  trials: readonly Trial[],
  before: (stack: Started, client: ApiClient) => Promise<void> = async () => {},
): Promise<EcsTrials> => {
  const servers = trials.flatMap(({ nodeIds, corner, row }) =>
    nodeIds.map((id) => ({ id, projectId: corner, ...(row.action === 'start' ? { status: 'SHUTOFF' as const } : {}) })),
  )
  const clock = { now: Date.now, scale: SCALE }
  const simulator = createEcsSimulator({ clock, seed: 7, credentials: huaweiCredentials, fleet: { servers } })
  const cloud = await openHostileCloud(simulator, { cornerOf: projectOf, mannersOf: mannersOf(trials) })
  const stack = await runStart([], {
    DROVER_TIME_SCALE: String(SCALE),
    DROVER_GRACE_SECONDS: '2',
    DROVER_DEADLINE_SECONDS: '8',
    PROVIDER_ENDPOINT_OTC_ECS: cloud.url,
  })
  const close = async () => {
    await stack.kill('SIGKILL')
    await cloud.close()
  }
  const client = apiClient(stack.url)
  const operationIds: string[] = []
  const endings = new Map<string, Ending>()
  const send = async ({ row, corner, nodeIds }: Trial, index: number) => {
    operationIds[index] = await client.accept({
      provider: 'otc-ecs',
      action: row.action ?? 'restart',
      target: { region: 'eu-de', projectId: corner },
      nodeIds,
    })
  }
  const look = async (trial: Trial, index: number) => {
    endings.set(trial.row.name, await endingOf(client, operationIds[index] ?? '', trial, cloud))
  }
  try {
    await before(stack, client)
    await Promise.all(trials.map(send))
    await allEnded(client, operationIds, 60_000)
    await Promise.all(trials.map(look))
    return { cloud, stack, client, operationIds, endings, close }
  } catch (error) {
    await close()
    throw error
  }
}
