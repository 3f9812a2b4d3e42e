import type { Cluster } from './cluster.ts'

/** `updated` has whole seconds: a change just after a call may bear a time just before it. */
const GRAIN_MS = 1_000

/** Whether the cluster was changed at or after `since` (ms, the provider's clock); null when it does not say. */
export const changedSince = ({ updatedAt }: Cluster, since: number): boolean | null =>
  updatedAt === null ? null : updatedAt > since - GRAIN_MS
