import type { Action } from '../../domain/action.ts'
import type { Target, Work } from '../../domain/work.ts'

/** start and stop act on clusters, restart and delete on nodes of one. */
export const isOnClusters = (action: Action): boolean => action === 'start' || action === 'stop'

/** The cluster that a batch is about: its target's, or for a cluster action the one that it acts on. */
export const clusterOf = ({ action, target }: Pick<Work, 'action' | 'target'>, nodeIds: readonly string[]): string =>
  (isOnClusters(action) ? nodeIds[0] : target['clusterId']) ?? ''

export const zoneOf = (target: Target): string => target['zone'] ?? ''
