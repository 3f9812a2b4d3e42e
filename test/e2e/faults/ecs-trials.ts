import { createEcsSimulator } from '../../../infra/local/simulators/ecs.ts'
import { apiClient, type ApiClient } from '../../helpers/api-client.ts'
import { type HostileCloud, openHostileCloud, projectOf } from '../../helpers/hostile-cloud.ts'
import { huaweiCredentials } from '../../helpers/huawei-client.ts'
import { runStart, type Started } from '../../helpers/started.ts'
import { acceptAll, allEnded, endingsOf, mannersOf, type Trial, type Tried } from './trial.ts'

const SCALE = 150

export type EcsTrials = Tried & { cloud: HostileCloud; stack: Started; close: () => Promise<void> }

/**
 * Carries out one operation for each trial, all at once, on a stack of its own whose otc-ecs is hostile; answers when all
 * have ended. Grace 2 s, everything else 150 times faster.
 */
export const tryAll = async (
  trials: readonly Trial[],
  deadlineSeconds: number,
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
    DROVER_DEADLINE_SECONDS: String(deadlineSeconds),
    PROVIDER_ENDPOINT_OTC_ECS: cloud.url,
  })
  const close = async () => {
    await stack.kill('SIGKILL')
    await cloud.close()
  }
  const client = apiClient(stack.url)
  const requests = trials.map(({ row, corner, nodeIds }) => ({
    provider: 'otc-ecs',
    action: row.action ?? 'restart',
    // A refused credential is not used for its account any more, which must not concern the others.
    target: { region: 'eu-de', projectId: corner, account: corner },
    nodeIds,
  }))
  try {
    await before(stack, client)
    const operationIds = await acceptAll(client, requests)
    await allEnded(client, operationIds, 90_000)
    const endings = await endingsOf(client, operationIds, trials, cloud)
    return { cloud, stack, client, operationIds, endings, close }
  } catch (error) {
    await close()
    throw error
  }
}
