import { randomBytes, randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createCssSimulator } from '../../../infra/local/simulators/css.ts'
import { createEhpcSimulator } from '../../../infra/local/simulators/ehpc.ts'
import { apiClient, type ApiClient, expectEventsOf } from '../../helpers/api-client.ts'
import { ehpcCredentials } from '../../helpers/ehpc-client.ts'
import { type HostileCloud, type Manner, openHostileCloud, projectOf, zoneOf } from '../../helpers/hostile-cloud.ts'
import { huaweiCredentials } from '../../helpers/huawei-client.ts'
import { acting, closing, empty, first, html, json } from '../../helpers/manners.ts'
import { runStart, type Started } from '../../helpers/started.ts'
import { allEnded, type Ending, endingOf, expectEnding, mannersOf, type Row, type Trial, trialsOf } from './trial.ts'

const SCALE = 60

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

const css: readonly Row[] = [
  ...both,
  after('an empty 200, the documented success,', empty(200)),
  {
    name: 'an empty 200, the documented success, of a cloud that did nothing: unknown, for no sign of a restart was ever seen',
    manners: { post: first(empty(200)) },
    status: 'NEEDS_ATTENTION',
    counts: { unknown: 1 },
    acted: 0,
    posts: 1,
  },
].map((row) => ({ ...row, nodes: 1 }))

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
type Service = { trials: readonly Trial[]; ask: (trial: Trial) => Asked }

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

describe('clouds of other services whose answers are lost', () => {
  const clouds: Partial<Record<'css' | 'ehpc', HostileCloud>> = {}
  let stack: Started
  let client: ApiClient
  const operationIds: string[] = []
  const endings = new Map<Trial, Ending>()

  beforeAll(async () => {
    const clock = { now: Date.now, scale: SCALE }
    const restarting = createCssSimulator({ provider: 'otc-css', clock, seed: 7, credentials: huaweiCredentials })
    clouds.css = await openHostileCloud(restarting, { cornerOf: projectOf, mannersOf: mannersOf(services.css.trials) })
    const computing = createEhpcSimulator({
      clock,
      seed: 7,
      credentials: ehpcCredentials,
      fleet: { clusters: clustersOf(services.ehpc.trials) },
    })
    clouds.ehpc = await openHostileCloud(computing, { cornerOf: zoneOf, mannersOf: mannersOf(services.ehpc.trials) })
    stack = await runStart([], {
      DROVER_TIME_SCALE: String(SCALE),
      DROVER_GRACE_SECONDS: '2',
      DROVER_DEADLINE_SECONDS: '20',
      PROVIDER_ENDPOINT_OTC_CSS: clouds.css.url,
      PROVIDER_ENDPOINT_QINGCLOUD_EHPC: clouds.ehpc.url,
    })
    client = apiClient(stack.url)

    const asked = Object.values(services).flatMap(({ trials, ask }) => trials.map(ask))
    operationIds.push(...(await Promise.all(asked.map(async (request) => client.accept(request)))))
    await allEnded(client, operationIds, 60_000)
    let next = 0
    for (const [name, { trials }] of Object.entries(services)) {
      const cloud = clouds[name as keyof typeof services]
      if (cloud === undefined) throw new Error(`no cloud of ${name}`)
      for (const trial of trials) {
        endings.set(trial, await endingOf(client, operationIds[next] ?? '', trial, cloud))
        next += 1
      }
    }
  }, 100_000)
  afterAll(async () => {
    await stack?.kill('SIGKILL')
    await Promise.all(Object.values(clouds).map((cloud) => cloud.close()))
  })

  const cases = Object.entries(services).flatMap(([name, { trials }]) =>
    trials.map((trial) => [name, trial.row.name, trial] as const),
  )
  test.each(cases)('%s: %s', (_, __, trial) => {
    const ending = endings.get(trial)
    if (ending === undefined) throw new Error('it was not tried')

    expectEnding(trial, ending)
  })

  test('every end was published, each event once and for all the same', async () => {
    await expectEventsOf(client, operationIds)
  })

  test('nothing but what was asked for was done', () => {
    for (const name of ['css', 'ehpc'] as const) {
      const asked = new Set(services[name].trials.flatMap(({ nodeIds }) => nodeIds))
      expect(clouds[name]?.actions().filter(({ nodeId }) => !asked.has(nodeId))).toEqual([])
    }
  })
})
