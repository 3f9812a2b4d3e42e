import { randomBytes } from 'node:crypto'
import { createCssSimulator } from '../../../infra/local/simulators/css.ts'
import { createBmsSimulator, createEcsSimulator } from '../../../infra/local/simulators/ecs.ts'
import { createEhpcSimulator } from '../../../infra/local/simulators/ehpc.ts'
import type { SimClock } from '../../../infra/local/simulators/simulator.ts'
import { uuids } from '../../helpers/api-client.ts'
import { ehpcCredentials } from '../../helpers/ehpc-client.ts'
import { type HostileCloud, type Manners, openHostileCloud, projectOf, zoneOf } from '../../helpers/hostile-cloud.ts'
import { huaweiCredentials } from '../../helpers/huawei-client.ts'
import type { Row, Trial } from './trial.ts'

type Setting = { trials: readonly Trial[]; clock: SimClock; mannersOf: (corner: string) => Manners | undefined }

/** `keys`: what the cloud takes; it looks at each request, so that what is assigned to them holds from then on. */
export type OpenService = { cloud: HostileCloud; keys: Record<string, string> }

/** A provider's cloud, and how it is asked for what a row says. */
export type Service = {
  provider: string
  secretName: string
  /** The code of its refusals of a key. */
  refusalCode: string
  /** The code of its refusals of a time. */
  clockCode: string
  idsOf: (row: Row) => string[]
  targetOf: (trial: Trial) => Record<string, string>
  open: (setting: Setting) => Promise<OpenService>
}

const huawei = { secretName: 'secretKey', refusalCode: 'APIGW.0301', clockCode: 'APIGW.0301' }

const servers = (provider: string, region: string, create: typeof createEcsSimulator): Service => ({
  ...huawei,
  provider,
  idsOf: ({ nodes = 3 }) => uuids(nodes),
  targetOf: ({ corner }) => ({ region, projectId: corner }),
  open: async ({ clock, mannersOf }) => {
    const keys = { ...huaweiCredentials }
    const simulator = create({ clock, seed: 7, credentials: keys })
    return { keys, cloud: await openHostileCloud(simulator, { cornerOf: projectOf, mannersOf, now: clock.now }) }
  },
})

const css = (provider: 'otc-css' | 'huaweicloud-css', region: string): Service => ({
  ...huawei,
  provider,
  idsOf: () => uuids(1),
  targetOf: ({ corner }) => ({ region, projectId: corner }),
  open: async ({ clock, mannersOf }) => {
    const keys = { ...huaweiCredentials }
    const simulator = createCssSimulator({ provider, clock, seed: 7, credentials: keys })
    return { keys, cloud: await openHostileCloud(simulator, { cornerOf: projectOf, mannersOf, now: clock.now }) }
  },
})

const id = (prefix: string) => `${prefix}-${randomBytes(4).toString('hex')}`
const isOnClusters = ({ action }: Row) => action === 'start' || action === 'stop'
const clusterIdOf = ({ row, corner, nodeIds }: Trial) =>
  isOnClusters(row) ? (nodeIds[0] ?? '') : `ehpc-${corner.replaceAll('-', '')}`

/** A cluster in each zone, with the nodes of its trial and one of each role that stays. */
const clusterOf = (trial: Trial) => {
  const roles = ['controller', 'login', 'compute'] as const
  const own = isOnClusters(trial.row) ? [] : trial.nodeIds
  return {
    clusterId: clusterIdOf(trial),
    zone: trial.corner,
    status: trial.row.action === 'start' ? ('stopped' as const) : ('active' as const),
    nodes: [
      ...roles.map((role) => ({ nodeId: id('cln'), role })),
      ...own.map((nodeId) => ({ nodeId, role: 'compute' as const })),
    ],
  }
}

const ehpc: Service = {
  provider: 'qingcloud-ehpc',
  secretName: 'secretAccessKey',
  refusalCode: '1200',
  clockCode: '1300',
  idsOf: (row) => (isOnClusters(row) ? [id('ehpc')] : Array.from({ length: row.nodes ?? 3 }, () => id('cln'))),
  targetOf: (trial) => ({
    zone: trial.corner,
    ...(isOnClusters(trial.row) ? {} : { clusterId: clusterIdOf(trial) }),
  }),
  open: async ({ trials, clock, mannersOf }) => {
    const keys = { ...ehpcCredentials }
    const fleet = { clusters: trials.map(clusterOf) }
    const simulator = createEhpcSimulator({ clock, seed: 7, credentials: keys, fleet })
    return { keys, cloud: await openHostileCloud(simulator, { cornerOf: zoneOf, mannersOf, now: clock.now }) }
  },
}

/** One cloud of each kind. */
export const services = {
  'otc-ecs': servers('otc-ecs', 'eu-de', createEcsSimulator),
  'huaweicloud-bms': servers('huaweicloud-bms', 'cn-north-4', createBmsSimulator),
  'otc-css': css('otc-css', 'eu-de'),
  'qingcloud-ehpc': ehpc,
} satisfies Record<string, Service>

export const serviceList: readonly Service[] = Object.values(services)

/** The rows of a service, each in a corner of its own. */
export const serviceTrials = (service: Service, rows: readonly Row[]): Trial[] =>
  rows.map((row, index) => ({ row, corner: `corner-${index + 1}`, nodeIds: service.idsOf(row) }))

export const requestOf = (service: Service, trial: Trial) => ({
  provider: service.provider,
  action: trial.row.action ?? 'restart',
  target: service.targetOf(trial),
  nodeIds: trial.nodeIds,
})

/** The variable that tells a stack where a provider's cloud is. */
export const endpointOf = ({ provider }: Service): string =>
  `PROVIDER_ENDPOINT_${provider.toUpperCase().replaceAll('-', '_')}`
