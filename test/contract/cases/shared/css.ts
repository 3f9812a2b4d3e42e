import { createCssSimulator } from '../../../../infra/local/simulators/css.ts'
import type { CssFleet, CssOddities, CssProvider } from '../../../../infra/local/simulators/css.ts'
import type { Cloud, ProviderCase, Sample } from '../../provider-case.ts'
import { asRaw, cssError, gatewayLimits, huaweiCredentials, huaweiSkewsMs, ordinary, temporary } from './huawei.ts'

export type CssPlace = { provider: CssProvider; region: string }

export const projectId = '6204a5bd270343b5885144cf9c8c158d'
export const clusterId = '47e49a5e-8ced-4d0d-ae15-2af62ac468e3'
const otherCluster = '5a77b6e4-0c2f-4f4e-9d5b-1f9d1f7c3b20'
const missingCluster = '00000000-8ced-4d0d-ae15-2af62ac468e3'
const nodeId = '6cad9c3a-0cc7-4e3c-9b8a-4e5c2a1d7f10'

/** One sample for each of the calls that a restart can be. */
const samplesOf = ({ region }: CssPlace): Sample[] => {
  const sample = (name: string, options: Sample['options'] = {}): Sample => ({
    name,
    action: 'restart',
    target: { region, projectId },
    nodeIds: [clusterId],
    otherIds: [otherCluster],
    options,
    noted: options['rolling'] === true ? 'rolling-restart' : 'restart',
  })
  return [
    sample('restart v1'),
    sample('restart v2 of roles', { roles: 'ess,ess-master' }),
    sample('restart v2 of a node', { node: nodeId }),
    sample('rolling restart', { rolling: true }),
    sample('rolling restart of a role', { rolling: true, roles: 'ess' }),
  ]
}

export const clusters: CssFleet['clusters'] = [clusterId, otherCluster].map((id) => ({
  id,
  projectId,
  nodes: [
    { id: nodeId, type: 'ess' },
    { id: `${id}-2`, type: 'ess' },
    { id: `${id}-3`, type: 'ess' },
    { id: `${id}-4`, type: 'ess-master' },
  ],
}))

export const cssCloud =
  ({ provider }: CssPlace, oddities: Partial<CssOddities> = {}, fleet: Partial<CssFleet> = {}): Cloud =>
  ({ clock, failing }) =>
    createCssSimulator({
      provider,
      clock,
      seed: 23,
      credentials: [ordinary, temporary],
      fleet: { unknown: 'missing', clusters, failing, ...fleet },
      oddities,
    })

/** What the Cloud Search Service of both clouds declares to the suite. */
export const cssCase = (place: CssPlace, oddities: ProviderCase['oddities']): ProviderCase => ({
  ...huaweiCredentials,
  samples: samplesOf(place),
  cloud: cssCloud(place),
  failure: () => ({ code: 'CSS.6002', others: 'succeeded' }),
  refusal: (message) => asRaw(cssError(400, 'CSS.0001', message)),
  flowLimits: {
    ...gatewayLimits,
    // Documented with 202, seen with 409 (section 4).
    'a busy cluster in a 202': { reply: cssError(202, 'CSS.0011', 'Other operations.'), waitMs: 30_000 },
    'a busy cluster in a 409': { reply: cssError(409, 'CSS.0011', 'Other operations.'), waitMs: 30_000 },
    'a cluster that is scaled': { reply: cssError(400, 'CSS.0077', 'Scaling.'), waitMs: 60_000 },
    'a backup in progress': { reply: cssError(409, 'CSS.3004', 'Backup.'), waitMs: 30_000 },
  },
  isEmptySuccess: true,
  unknownStatus: (body) =>
    body.replaceAll(/"status":"\d+"/g, '"status":"900"').replaceAll('"REBOOTING"', '"PONDERING"'),
  missingJob: () => ({ jobIds: [], nodeIds: [missingCluster] }),
  skewsMs: huaweiSkewsMs,
  oddities,
})
