import { afterAll, beforeAll } from 'vitest'
import type { RawReply } from '../../../infra/local/simulators/simulator.ts'
import { startStack, type Stack } from '../../../infra/local/stack.ts'
import { apiClient, type ApiClient } from '../../helpers/api-client.ts'
import { honest, type Manner, type Manners } from '../../helpers/hostile-cloud.ts'
import { endpointOf, type OpenService, requestOf, type Service } from './services.ts'
import { acceptAll, allEnded, type Ending, endingOf, testEndings, type Trial } from './trial.ts'

export const SCALE = 400

/** A service of which trials are tried. */
export type Tested = { service: Service; trials: readonly Trial[] }

/** A request whose signature the cloud refused, by its own judgement. */
export type Refusal = { corner: string; method: string; at: number }

export type StrictCloud = OpenService & Tested & { refusals: readonly Refusal[] }

export type StrictStack = {
  stack: Stack
  client: ApiClient
  clouds: readonly StrictCloud[]
  logs: readonly string[]
  /** Carries out trials of a cloud at once, until all have ended. */
  carryOut: (cloud: StrictCloud, trials: readonly Trial[]) => Promise<void>
  operationIds: readonly string[]
  endings: ReadonlyMap<string, Ending>
  close: () => Promise<void>
}

/** How many requests of a trial were refused. */
export const refusedOf = ({ refusals }: StrictCloud, { corner }: Trial, kind: 'GET' | 'POST'): number =>
  refusals.filter((one) => one.corner === corner && one.method === kind).length

type Options = {
  /** What the clouds' clocks show, ms. */
  now?: () => number
  /** Are the credentials that the stack begins with wrong? */
  wrong?: boolean
  /** For which an accepted job is followed, real seconds. */
  deadlineSeconds?: number
}

/** A key whose secret is another one. */
export const otherKeys = (keys: Readonly<Record<string, string>>, { secretName }: Service, secret: string) => ({
  ...keys,
  [secretName]: secret,
})

/** Does an answer of a service refuse the signature? */
export const isRefusal = ({ refusalCode, clockCode }: Service, { body }: RawReply): boolean =>
  new RegExp(`"(?:error_code|ret_code)":"?(?:${refusalCode}|${clockCode})\\b`).test(body.toString())

/** Signatures are judged by the simulator and by nobody else; what it refuses is noted, whatever the row's own manners. */
const openCloud = async ({ service, trials }: Tested, now: () => number): Promise<StrictCloud> => {
  const refusals: Refusal[] = []
  const noting =
    (corner: string, manner: Manner): Manner =>
    (exchange) =>
      manner({
        ...exchange,
        act: (request) => {
          const reply = exchange.act(request)
          if (isRefusal(service, reply)) refusals.push({ corner, method: exchange.request.method, at: Date.now() })
          return reply
        },
      })
  const own = new Map(trials.map(({ corner, row }) => [corner, row.manners]))
  const mannersOf = (corner: string): Manners => {
    const { post = honest, read = honest } = own.get(corner) ?? {}
    return { post: noting(corner, post), read: noting(corner, read) }
  }
  const opened = await service.open({ trials, clock: { now, scale: SCALE }, mannersOf })
  return { ...opened, service, trials, refusals }
}

/** A stack and a strict cloud for each service. */
export const openStrictStack = async (
  tested: readonly Tested[],
  { now = Date.now, wrong = false, deadlineSeconds = 40 }: Options = {},
): Promise<StrictStack> => {
  const clouds = await Promise.all(tested.map((each) => openCloud(each, now)))
  const endpoints = clouds.map(({ service, cloud }) => [endpointOf(service), cloud.url])
  const keys = clouds.map(({ service, keys: right }) => [
    endpointOf(service).replace('ENDPOINT', 'CREDENTIALS'),
    JSON.stringify(wrong ? otherKeys(right, service, 'of-yesterday') : right),
  ])
  const logs: string[] = []
  const stack = await startStack({
    env: {
      DROVER_TIME_SCALE: String(SCALE),
      DROVER_GRACE_SECONDS: '2',
      DROVER_DEADLINE_SECONDS: String(deadlineSeconds),
      LOG_LEVEL: 'error',
      ...Object.fromEntries([...endpoints, ...keys]),
    },
    onLog: (text) => logs.push(text),
  })
  const client = apiClient(stack.url)
  const operationIds: string[] = []
  const endings = new Map<string, Ending>()
  return {
    stack,
    client,
    clouds,
    logs,
    carryOut: async ({ service, cloud }, trials) => {
      const ids = await acceptAll(
        client,
        trials.map((trial) => requestOf(service, trial)),
      )
      operationIds.push(...ids)
      await allEnded(client, ids, 45_000)
      for (const [i, trial] of trials.entries()) {
        endings.set(trial.row.name, await endingOf(client, ids[i] ?? '', trial, cloud))
      }
    },
    operationIds,
    endings,
    close: async () => {
      await stack.close()
      await Promise.all(clouds.map(({ cloud }) => cloud.close()))
    },
  }
}

/**
 * Has `tell` try what it has to try at each cloud, all at once and before the tests of the block, which begin with those of all
 * trials.
 */
export const triedAtStrictClouds = (
  tested: readonly Tested[],
  options: Options,
  tell: (cloud: StrictCloud, stack: StrictStack) => Promise<void>,
): (() => StrictStack) => {
  let tried: StrictStack
  beforeAll(async () => {
    tried = await openStrictStack(tested, options)
    await Promise.all(tried.clouds.map((cloud) => tell(cloud, tried)))
  }, 100_000)
  afterAll(() => tried?.close())
  testEndings(
    tested.flatMap(({ trials }) => trials),
    () => tried,
  )
  return () => tried
}
