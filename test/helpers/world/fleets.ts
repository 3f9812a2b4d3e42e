import { nodeId } from '../builders.ts'
import type { CloudWishes, ProviderId } from './clouds.ts'
import { ehpcNodeId, targets } from './requests.ts'

const projectOf = (provider: ProviderId): string => targets[provider]['projectId'] ?? ''

/** Clouds of one provider whose first `count` servers are there, in this state. */
export const servers = (
  provider: 'otc-ecs' | 'huaweicloud-ecs' | 'otc-bms' | 'huaweicloud-bms',
  count: number,
  status: 'ACTIVE' | 'SHUTOFF' = 'ACTIVE',
): CloudWishes => ({
  [provider]: {
    fleet: {
      unknown: 'missing',
      servers: Array.from({ length: count }, (_, i) => ({ id: nodeId(i), projectId: projectOf(provider), status })),
    },
  },
})

/** Clouds of one provider whose first `count` search clusters are there. */
export const searchClusters = (provider: 'otc-css' | 'huaweicloud-css', count: number): CloudWishes => ({
  [provider]: {
    fleet: {
      unknown: 'missing',
      clusters: Array.from({ length: count }, (_, i) => ({
        id: nodeId(i),
        projectId: projectOf(provider),
        nodes: [1, 2, 3].map((n) => ({ id: `${nodeId(i).slice(0, -2)}f${n}`, type: 'ess' as const })),
      })),
    },
  },
})

/** One EHPC cluster of a controller, two login nodes and the first `count` nodes for computing. */
export const ehpcCluster = (count: number, status: 'active' | 'stopped' = 'active'): CloudWishes => ({
  'qingcloud-ehpc': {
    fleet: {
      unknown: 'missing',
      clusters: [
        {
          clusterId: targets['qingcloud-ehpc']['clusterId'] ?? '',
          zone: targets['qingcloud-ehpc']['zone'] ?? '',
          status,
          nodes: [
            { nodeId: 'cln-controller', role: 'controller' },
            { nodeId: 'cln-login1', role: 'login' },
            { nodeId: 'cln-login2', role: 'login' },
            ...Array.from({ length: count }, (_, i) => ({ nodeId: ehpcNodeId(i), role: 'compute' as const })),
          ],
        },
      ],
    },
  },
})
