import type { Target } from '../../domain/work.ts'
import type { Api } from '../../provider-kit/api.ts'
import type { NotSeen, Seen } from './look.ts'
import { readPages, type Rows } from './pages.ts'
import { type Operation, OperationPage } from './schema.ts'
import { zoneOf } from './scope.ts'

/**
 * `create_time` has whole seconds, and so has the header from which the provider's clock is known: what was created at
 * a call may bear a time up to this long before it, ms.
 */
export const ALLOWANCE_MS = 2_000

/**
 * The operations on a cluster, newest first: all of them in one call and not one call per job, as the quota is shared
 * (qingcloud-ehpc.md, sections 2.1 and 8). Reads on until `enough`, or the rows are older than `since` (ms, our clock).
 */
export const listOperations = (
  target: Target,
  clusterId: string,
  api: Api,
  since: number,
  enough: (rows: readonly Operation[], skewMs: number) => boolean,
): Promise<Seen<Rows<Operation>> | NotSeen> =>
  readPages(
    api,
    '/api/operation',
    { zone: zoneOf(target), resource_ids: clusterId, reverse: '1' },
    OperationPage,
    (rows, skewMs) => enough(rows, skewMs) || reachesBack(rows, since + skewMs - ALLOWANCE_MS),
  )

/** Whether all later rows are older than `since`, for which the list has to have the order that it was asked for. */
const reachesBack = (rows: readonly Operation[], since: number): boolean => {
  const newest = rows[0]?.createdAt ?? null
  const oldest = rows.at(-1)?.createdAt ?? null
  return newest !== null && oldest !== null && oldest < since && oldest <= newest
}
