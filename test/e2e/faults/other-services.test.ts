import { randomBytes, randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createCssSimulator } from '../../../infra/local/simulators/css.ts'
import { createEhpcSimulator } from '../../../infra/local/simulators/ehpc.ts'
import { apiClient } from '../../helpers/api-client.ts'
import { ehpcCredentials } from '../../helpers/ehpc-client.ts'
import { type HostileCloud, type Manner, openHostileCloud, projectOf, zoneOf } from '../../helpers/hostile-cloud.ts'
import { huaweiCredentials } from '../../helpers/huawei-client.ts'
import { acting, closing, empty, first, html, json } from '../../helpers/manners.ts'
import { runStart } from '../../helpers/started.ts'
import { acceptAll, allEnded, endingsOf, mannersOf, type Row, testEndings, type Trial, trialsOf } from './trial.ts'

const lost: readonly { name: string; manner: Manner }[] = [
  { name: 'a closed connection', manner: closing },
  { name: 'an HTML page with 502', manner: html(502) },
  { name: 'a 200 with an HTML page', manner: html(200) },
]
const before = (name: string, manner: Manner): Row => ({
  name: `${name} before it acted: proved not applied, sent again, done once`,
  manners: { post: first(manner) },
  status: 'SUCCEEDED',
  posts: 2,
})
const after = (name: string, manner: Manner): Row => ({
  name: `${name} after it acted: found, not sent again`,
  manners: { post: first(acting(manner)) },
  status: 'SUCCEEDED',
  posts: 1,
})
const both = lost.flatMap(({ name, manner }) => [before(name, manner), after(name, manner)])

const css = [...both, after('an empty 200, the documented success,', empty(200))].map((row): Row => ({
  ...row,
  nodes: 1,
}))

const busy = json(200, { message: 'ServerBusy, try again later', ret_code: 5100 })
const ehpc: readonly Row[] = [
  ...both,
  before('an empty 200', empty(200)),
  after('an empty 200', empty(200)),
  before('5100, which may mean both,', busy),
  after('5100, which may mean both,', busy),
  before('5300, which is throttling,', json(200, { message: 'try again later', ret_code: 5300 })),
  ...(['delete', 'start', 'stop'] as const).flatMap((action) =>
    [before(`${action}: a closed connection`, closing), after(`${action}: a closed connection`, closing)].map(
      (row) => ({
        ...row,
        action,
        nodes: action === 'delete' ? 3 : 1,
      }),
    ),
  ),
]

type Asked = { provider: string; action: string; target: Record<string, string>; nodeIds: readonly string[] }
type Service = {
  trials: readonly Trial[]
  ask: (trial: Trial) => Asked
  /** How many times faster its stack runs: the trace of a restart of CSS passes, and must not while a busy machine is held up. */
  scale: number
  /** Longer than what was accepted may not be seen yet. */
  graceSeconds: number
  open: (scale: number) => Promise<HostileCloud>
  endpoint: string
}

const id = (prefix: string) => `${prefix}-${randomBytes(4).toString('hex')}`
const isOnClusters = ({ row }: Trial) => row.action === 'start' || row.action === 'stop'

const services: Record<'css' | 'ehpc', Service> = {
  css: {
    trials: trialsOf(css, () => [randomUUID()]),
    ask: ({ corner, nodeIds }) => ({
      provider: 'otc-css',
      action: 'restart',
      target: { region: 'eu-de', projectId: corner },
      nodeIds,
    }),
    scale: 10,
    graceSeconds: 4,
    open: async (scale) =>
      openHostileCloud(
        createCssSimulator({
          provider: 'otc-css',
          clock: { now: Date.now, scale },
          seed: 7,
          credentials: huaweiCredentials,
        }),
        { cornerOf: projectOf, mannersOf: mannersOf(services.css.trials) },
      ),
    endpoint: 'PROVIDER_ENDPOINT_OTC_CSS',
  },
  ehpc: {
    trials: trialsOf(ehpc).map((trial) => ({
      ...trial,
      nodeIds: trial.nodeIds.map(() => id(isOnClusters(trial) ? 'ehpc' : 'cln')),
    })),
    ask: (trial) => ({
      provider: 'qingcloud-ehpc',
      action: trial.row.action ?? 'restart',
      target: {
        zone: trial.corner,
        ...(isOnClusters(trial) ? {} : { clusterId: `ehpc-${trial.corner.replace('-', '')}` }),
      },
      nodeIds: trial.nodeIds,
    }),
    scale: 60,
    graceSeconds: 2,
    open: async (scale) =>
      openHostileCloud(
        createEhpcSimulator({
          clock: { now: Date.now, scale },
          seed: 7,
          credentials: ehpcCredentials,
          fleet: { clusters: clustersOf(services.ehpc.trials) },
        }),
        { cornerOf: zoneOf, mannersOf: mannersOf(services.ehpc.trials) },
      ),
    endpoint: 'PROVIDER_ENDPOINT_QINGCLOUD_EHPC',
  },
}

/** A cluster in each zone, with the nodes of its trial and one of each role that stays. */
const clustersOf = (trials: readonly Trial[]) =>
  trials.map((trial) => {
    const clusterId = isOnClusters(trial) ? (trial.nodeIds[0] ?? '') : `ehpc-${trial.corner.replace('-', '')}`
    const roles = ['controller', 'login', 'compute'] as const
    return {
      clusterId,
      zone: trial.corner,
      status: trial.row.action === 'start' ? ('stopped' as const) : ('active' as const),
      nodes: [
        ...roles.map((role) => ({ nodeId: id('cln'), role })),
        ...(isOnClusters(trial) ? [] : trial.nodeIds.map((nodeId) => ({ nodeId, role: 'compute' as const }))),
      ],
    }
  })

/** Carries out all trials of a service on a stack of its own. */
const tryService = async ({ trials, ask, scale, graceSeconds, open, endpoint }: Service) => {
  const cloud = await open(scale)
  const stack = await runStart([], {
    DROVER_TIME_SCALE: String(scale),
    DROVER_GRACE_SECONDS: String(graceSeconds),
    DROVER_DEADLINE_SECONDS: '40',
    [endpoint]: cloud.url,
  })
  const close = async () => {
    await stack.kill('SIGKILL')
    await cloud.close()
  }
  try {
    const client = apiClient(stack.url)
    const operationIds = await acceptAll(client, trials.map(ask))
    await allEnded(client, operationIds, 90_000)
    const endings = await endingsOf(client, operationIds, trials, cloud)
    return { cloud, client, operationIds, endings, close }
  } catch (error) {
    await close()
    throw error
  }
}

describe.each(['css', 'ehpc'] as const)('a cloud of %s whose answers are lost', (name) => {
  const { trials } = services[name]
  let tried: Awaited<ReturnType<typeof tryService>>
  beforeAll(async () => {
    tried = await tryService(services[name])
  }, 150_000)
  afterAll(() => tried?.close())

  testEndings(trials, () => tried)

  test('nothing but what was asked for was done', () => {
    const asked = new Set(trials.flatMap(({ nodeIds }) => nodeIds))

    expect(tried.cloud.actions().filter(({ nodeId }) => !asked.has(nodeId))).toEqual([])
  })
})
