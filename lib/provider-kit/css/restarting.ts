import type { Cluster } from './cluster.ts'

/** The documents list REBOOTING; the console says "Restarting". */
const RESTART_WORD = /reboot|restart/i

/** A restart, and no other operation, is among the cluster's actions. */
export const namesRestart = (cluster: Cluster): boolean => cluster.actions.some((action) => RESTART_WORD.test(action))

/**
 * The cluster or one of its nodes is being restarted. The vendor's own list sample shows a restarting cluster whose
 * status and nodes are all "200" (huawei-otc.md, section 8), so `actions` is asked first.
 */
export const isRestarting = (cluster: Cluster): boolean =>
  namesRestart(cluster) || cluster.status === '100' || cluster.nodes.some(({ status }) => status === '100')

/**
 * Nothing is going on any more: available, no action, every node available. All three, as nodes were seen at "200" while
 * `actions` was still full, and the other way round (huawei-otc.md, section 4).
 */
export const isReady = (cluster: Cluster): boolean =>
  cluster.status === '200' && cluster.actions.length === 0 && cluster.nodes.every(({ status }) => status === '200')
