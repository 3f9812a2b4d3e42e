import { createEhpcSimulator } from '../../../../infra/local/simulators/ehpc.ts'
import type { EhpcFleet, EhpcOddities } from '../../../../infra/local/simulators/ehpc.ts'
import type { Cloud } from '../../provider-case.ts'

/** The key, zone, cluster and node of the documents' examples (signature.md, restartNodes, deleteNodes). */
export const key = { accessKeyId: 'QYACCESSKEYIDEXAMPLE', secretAccessKey: 'SECRETACCESSKEY' }
export const zone = 'jn1a'
export const clusterIds = ['ehpc-8jqdq0mz', 'ehpc-czkekzfz'] as const
export const nodeIds = ['cln-hzzvbtnh', ...Array.from({ length: 29 }, (_, n) => `cln-compute${n}`)]

/** Two clusters in the state that the action needs; a controller and a login node are no sample's. */
export const ehpcCloud =
  (oddities: Partial<EhpcOddities> = {}, fleet: Partial<EhpcFleet> = {}): Cloud =>
  ({ clock, action, failing }) =>
    createEhpcSimulator({
      clock,
      seed: 31,
      credentials: key,
      fleet: {
        unknown: 'missing',
        failing,
        clusters: clusterIds.map((clusterId, n) => ({
          clusterId,
          zone,
          status: action === 'start' ? 'stopped' : 'active',
          nodes: [
            { nodeId: `cln-controller${n}`, role: 'controller' as const },
            { nodeId: `cln-login${n}`, role: 'login' as const },
            ...(n === 0 ? nodeIds : ['cln-other0']).map((nodeId) => ({ nodeId, role: 'compute' as const })),
          ],
        })),
        ...fleet,
      },
      oddities,
    })
