import type { ProviderCase, Reply, Sample } from '../provider-case.ts'
import type { Action } from '../../../lib/domain/action.ts'
import { clusterIds, ehpcCloud, key, nodeIds, zone } from './shared/ehpc.ts'
import { ehpcOddities } from './shared/ehpc-oddities.ts'

const onNodes = (name: string, action: Action, count: number): Sample => ({
  name,
  action,
  target: { zone, clusterId: clusterIds[0] },
  nodeIds: nodeIds.slice(0, count),
  otherIds: nodeIds.slice(count, 2 * count),
  options: {},
  noted: action,
})

const onClusters = (action: 'start' | 'stop'): Sample => ({
  name: `${action} of a cluster`,
  action,
  target: { zone },
  nodeIds: clusterIds.slice(0, 1),
  otherIds: clusterIds.slice(1),
  options: {},
  noted: action,
})

/** Errors come inside a 200 (error_code.md). */
const refusal = (retCode: number, message: string): Reply => ({
  status: 200,
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify({ message, ret_code: retCode }),
})

export const qingcloudEhpcCase: ProviderCase = {
  credentials: { 'an access key': key },
  wrongCredentials: {
    'a wrong secret': { ...key, secretAccessKey: 'ANOTHERSECRETACCESSKEYOFNOUSE' },
    'an unknown key': { ...key, accessKeyId: 'UNKNOWNACCESSKEYID' },
  },
  samples: [
    onNodes('restart', 'restart', 3),
    onNodes('restart of one node', 'restart', 1),
    onNodes('restart of 12 nodes', 'restart', 12),
    onNodes('delete', 'delete', 3),
    onNodes('delete of one node', 'delete', 1),
    onClusters('start'),
    onClusters('stop'),
  ],
  cloud: ehpcCloud(),
  // What a job came to as a whole is all that is told.
  // The nodes that a deletion left out show which those are; a restart leaves no trace.
  failure: (action) => ({ code: '5000', others: action === 'delete' ? 'succeeded' : 'failed' }),
  refusal: (message) => refusal(1100, message),
  flowLimits: {
    'the quota of calls': { reply: refusal(2500, 'QuotasExceeded'), waitMs: 300_000 },
    'a service that is updated': { reply: refusal(5300, 'try again later'), waitMs: 60_000 },
    'a signature that came late': { reply: refusal(1300, 'RequestHasExpired'), waitMs: 1_000 },
    'a 429 of a gateway': { reply: { status: 429, body: '' }, waitMs: 5_000 },
  },
  isEmptySuccess: false,
  unknownStatus: (body) => body.replaceAll(/"status":"(?:pending|successful|failed)"/g, '"status":"being considered"'),
  missingJob: ({ nodeIds: ids }) => ({ jobIds: ['j-00000000000'], nodeIds: ids }),
  // Requests older than 60 s are refused (request.md).
  skewsMs: [-45_000, -1_500, 1_500, 45_000],
  oddities: ehpcOddities,
}
