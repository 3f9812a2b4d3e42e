import { drawHex } from '../seeded.ts'
import type { CssOddities } from './options.ts'
import type { CssCluster, CssRestart } from './state.ts'

type Status = '100' | '200' | '303'

const failureOf = (form: CssOddities['failureReason']): Record<string, unknown> => {
  const [code, text] = ['CSS.6002', 'Failed to restart the cluster.']
  if (form === 'failedReason') return { failedReason: { errorCode: code, errorMsg: text } }
  if (form === 'failed_reasons.errorCode') return { failed_reasons: { errorCode: code, errorMsg: text } }
  return { failed_reasons: { error_code: code, error_msg: text } }
}

const stageOf = (shown: CssRestart | null, now: number): 'quiet' | 'restarting' | 'failed' => {
  if (shown === null) return 'quiet'
  if (now < shown.endsAt) return 'restarting'
  return shown.failed ? 'failed' : 'quiet'
}

const nodeStatus = (id: string, shown: CssRestart | null, now: number, oddities: CssOddities): Status => {
  const span = shown?.nodes[id]
  if (shown === null || span === undefined || now < span.downAt) return '200'
  // A restart fails at its first node, which does not come back.
  const broken = shown.failed && id === Object.keys(shown.nodes)[0]
  if (broken && now >= shown.endsAt) return '303'
  const down = now < shown.endsAt && (broken || now < span.upAt)
  return down && oddities.restartingNodes === 'flip' ? '100' : '200'
}

/** `2023-10-09T02:07:13`: UTC without saying so. */
const cssTime = (ms: number, precision: CssOddities['updatedPrecision']): string =>
  new Date(ms).toISOString().slice(0, precision === 'second' ? 19 : 23)

/** The restart that a query shows: a new one cannot be seen at once. */
const shownRestart = ({ last, previous }: CssCluster, now: number): CssRestart | null =>
  last !== null && now < last.seenAt ? previous : last

const updatedAt = (createdAt: number, shown: CssRestart | null, now: number): number => {
  if (shown === null) return createdAt
  return now < shown.endsAt ? shown.seenAt : shown.endsAt
}

/** The cluster as its detail query and the cluster list show it at a time. */
export const showCssCluster = (cluster: CssCluster, now: number, oddities: CssOddities): Record<string, unknown> => {
  const shown = shownRestart(cluster, now)
  const stage = stageOf(shown, now)
  const address = '192.168.0.10:9200'
  const idOf = (...words: string[]): string => drawHex(0, cluster.projectId, ...words)
  const logstash = cluster.nodes.every(({ type }) => type === 'lgs')

  return {
    datastore: { type: logstash ? 'logstash' : 'elasticsearch', version: '7.10.2' },
    instances: cluster.nodes.map(({ id, type }, index) => ({
      status: nodeStatus(id, shown, now, oddities),
      type,
      id,
      name: `${cluster.name}-${type}-${index + 1}-1`,
      specCode: 'ess.spec-4u8g',
      azCode: 'eu-de-01',
      volume: { type: 'HIGH', size: 40, resourceIds: [] },
      ip: `192.168.0.${10 + (index % 240)}`,
    })),
    name: cluster.name,
    id: cluster.id,
    // Which of the two a restart shows is undecided: the list sample says 200, only `actions` tells.
    status: stage === 'restarting' ? oddities.restartingStatus : stage === 'failed' ? '303' : '200',
    actions: stage === 'restarting' ? ['REBOOTING'] : [],
    actionProgress: {},
    created: cssTime(cluster.createdAt, oddities.updatedPrecision),
    updated: cssTime(updatedAt(cluster.createdAt, shown, now), oddities.updatedPrecision),
    endpoint: address,
    vpcId: idOf('vpc'),
    subnetId: idOf('subnet'),
    securityGroupId: idOf('security group'),
    httpsEnable: false,
    authorityEnable: false,
    diskEncrypted: false,
    backupAvailable: false,
    enterpriseProjectId: '0',
    period: false,
    tags: [],
    ...(stage === 'failed' ? failureOf(oddities.failureReason) : {}),
  }
}
