import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { createEcsSimulator } from '../../../infra/local/simulators/ecs.ts'
import type { Fleet } from '../../../infra/local/simulators/ecs/options.ts'
import { type ApiClient, apiClient, expectEventsOf, uuids } from '../../helpers/api-client.ts'
import { openHostileCloud, projectOf } from '../../helpers/hostile-cloud.ts'
import { type Aim, openHostilePlatform } from '../../helpers/hostile-platform.ts'
import { huaweiCredentials } from '../../helpers/huawei-client.ts'
import { acceptAll, allEnded, endingsOf, mannersOf, type Row, testEndings, type Trial, type Tried } from './trial.ts'

const SCALE = 100

const settings = {
  DROVER_TIME_SCALE: String(SCALE),
  DROVER_GRACE_SECONDS: '2',
  DROVER_DEADLINE_SECONDS: '60',
}

/** A row whose fault is in an AWS service. */
export type PlatformRow = Row & {
  aims: readonly Aim[]
  /** Nodes per call to the cloud; all of them when absent. */
  batchSize?: number
}

/** All nodes succeed, with one call to the cloud for each batch. */
export const well = (rest: Pick<PlatformRow, 'name' | 'aims'> & Partial<PlatformRow>): PlatformRow => ({
  manners: {},
  status: 'SUCCEEDED',
  posts: 1,
  ...rest,
})

export type PlatformTrial = Trial & { row: PlatformRow }

export const platformTrialsOf = (rows: readonly PlatformRow[]): PlatformTrial[] =>
  rows.map((row, i) => ({ row, corner: `corner-${i + 1}`, nodeIds: uuids(row.nodes ?? 3) }))

export const requestIn = (corner: string, nodeIds: readonly string[], batchSize = 1000) => ({
  provider: 'otc-ecs',
  action: 'restart',
  target: { region: 'eu-de', projectId: corner },
  nodeIds,
  rollout: { batchSize },
})

/** A platform with the bad manners of these trials, a strict cloud behind it, and how to start a stack between them. */
export const openPlatformTrials = async (trials: readonly PlatformTrial[], fleet: Partial<Fleet> = {}) => {
  const clock = { now: Date.now, scale: SCALE }
  const simulator = createEcsSimulator({ clock, seed: 7, credentials: huaweiCredentials, fleet })
  const cloud = await openHostileCloud(simulator, { cornerOf: projectOf, mannersOf: mannersOf(trials) })
  const platform = await openHostilePlatform()
  for (const { corner, row } of trials) platform.aim(corner, row.aims)
  return {
    cloud,
    platform,
    requests: trials.map(({ corner, nodeIds, row }) => requestIn(corner, nodeIds, row.batchSize)),
    start: (parameters: string[] = []) =>
      platform.start(parameters, { ...settings, PROVIDER_ENDPOINT_OTC_ECS: cloud.url }),
    close: async (): Promise<void> => {
      await Promise.all([cloud.close(), platform.close()])
    },
  }
}

/** Waits until the ends of these operations, which are in the ledger, are out as well: a bus may not take them for a while. */
export const allPublished = async (client: ApiClient, operationIds: readonly string[]): Promise<void> =>
  vi.waitFor(() => expectEventsOf(client, operationIds), { timeout: 30_000, interval: 500 })

/** Carries out one operation for each trial, all at once; answers when all have ended. */
const tryOnPlatform = async (trials: readonly PlatformTrial[], fleet: Partial<Fleet> = {}) => {
  const { cloud, platform, requests, start, close } = await openPlatformTrials(trials, fleet)
  const stack = await start()
  const closeAll = async (): Promise<void> => {
    await stack.kill('SIGKILL')
    await close()
  }
  const client = apiClient(stack.url)
  try {
    const operationIds = await acceptAll(client, requests)
    await allEnded(client, operationIds, 70_000)
    await allPublished(client, operationIds)
    const endings = await endingsOf(client, operationIds, trials, cloud)
    return { cloud, platform, client, operationIds, endings, close: closeAll }
  } catch (error) {
    await closeAll()
    throw error
  }
}

export type PlatformTried = Awaited<ReturnType<typeof tryOnPlatform>>

/** Carries the trials of a block of tests out before its tests, which begin with those of all trials. */
export const triedOnPlatform = (trials: readonly PlatformTrial[], fleet?: Partial<Fleet>): (() => PlatformTried) => {
  let tried: PlatformTried
  beforeAll(async () => {
    tried = await tryOnPlatform(trials, fleet)
  }, 120_000)
  afterAll(async () => tried?.close())
  testPlatformEndings(trials, () => tried)
  return () => tried
}

/** The tests of all trials: each fault really came, each operation ended as its row says. */
export const testPlatformEndings = (
  trials: readonly PlatformTrial[],
  tried: () => Tried & Pick<PlatformTried, 'platform'>,
): void => {
  testEndings(trials, tried)

  test('every fault came', () => {
    const { platform } = tried()
    const spared = trials.filter(({ row }) => row.aims.some((aim) => platform.hits(aim) === 0))

    expect(spared.map(({ row }) => row.name)).toEqual([])
  })
}
