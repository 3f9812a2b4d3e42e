import { nodeId } from '../builders.ts'
import type { ProviderId } from './clouds.ts'

const projectId = '0215ef11e49d4743be23dd97a1561e91'

export const targets: Readonly<Record<ProviderId, Readonly<Record<string, string>>>> = {
  'otc-ecs': { region: 'eu-de', projectId },
  'huaweicloud-ecs': { region: 'cn-north-4', projectId },
  'otc-bms': { region: 'eu-de', projectId },
  'huaweicloud-bms': { region: 'cn-north-4', projectId },
  'otc-css': { region: 'eu-de', projectId },
  'huaweicloud-css': { region: 'cn-north-4', projectId },
  'qingcloud-ehpc': { zone: 'jn1a', clusterId: 'ehpc-8jqdq0mz' },
}

/** The `i`-th node of an EHPC cluster. */
export const ehpcNodeId = (i: number): string => `cln-${String(i).padStart(8, '0')}`

/** So many ids of nodes of a provider. */
export const idsFor = (provider: ProviderId, count: number): string[] =>
  Array.from({ length: count }, (_, i) => (provider === 'qingcloud-ehpc' ? ehpcNodeId(i) : nodeId(i)))

/** A request as a user writes it: restart some nodes. */
export const requestFor = (
  provider: ProviderId,
  count: number,
  changes: Record<string, unknown> = {},
): Record<string, unknown> => ({
  provider,
  action: 'restart',
  target: targets[provider],
  nodeIds: idsFor(provider, count),
  ...changes,
})
