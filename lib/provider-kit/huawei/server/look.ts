import type { Target } from '../../../domain/work.ts'
import type { Api } from '../../api.ts'
import type { Unreadable } from '../../unreadable.ts'
import { listed, type Listed } from './look-list.ts'
import { eachOf, type Seen } from './look-each.ts'
import type { ServerService } from './service.ts'

/** Up to so many servers are asked for one by one; more are looked up in the list of the project. */
const FEW = 10

/**
 * One look at servers, by the API of the service, or, where it does not serve a path, by the next: server by server,
 * the list, the native API (ECS and BMS API references). A server that is neither seen nor proved to be absent is not in
 * the answer.
 */
export const lookAtServers = async (
  service: Pick<ServerService, 'collection'>,
  target: Target,
  nodeIds: readonly string[],
  api: Api,
): Promise<Seen | Unreadable> => {
  const project = encodeURIComponent(target['projectId'] ?? '')
  const own = (id: string) => `/v1/${project}/${service.collection}/${encodeURIComponent(id)}`
  const native = (id: string) => `/v2.1/${project}/servers/${encodeURIComponent(id)}`

  if (nodeIds.length <= FEW) {
    const each = await eachOf(nodeIds, own, api)
    if (each.kind !== 'not-served') return each
  }
  const list = await listed(`/v1/${project}/${service.collection}/detail`, nodeIds, api)
  if (list.kind === 'seen') return withAbsent(list, nodeIds, own, api)
  if (list.kind === 'unreadable') return list

  if (nodeIds.length > FEW) {
    const each = await eachOf(nodeIds, own, api)
    if (each.kind !== 'not-served') return each
  }
  const each = await eachOf(nodeIds, native, api)
  return each.kind === 'not-served' ? each.last : each
}

/**
 * A server that is missing in the list may be absent, hidden by a permission, or slipped between two pages. Some of
 * them are asked for: only when none of these exists, all of them count as absent.
 */
const withAbsent = async (
  list: Listed,
  nodeIds: readonly string[],
  own: (id: string) => string,
  api: Api,
): Promise<Seen> => {
  const missing = nodeIds.filter((id) => !list.servers.has(id))
  if (missing.length === 0) return list
  const sample = await eachOf(missing.slice(0, FEW), own, api)
  if (sample.kind === 'unreadable') return list

  const found = sample.kind === 'seen' ? [...sample.servers].filter(([, server]) => server !== 'absent') : []
  const absent = missing.length <= FEW || found.length === 0 ? missing : []
  const servers = new Map([...list.servers, ...absent.map((id) => [id, 'absent'] as const), ...found])
  return { kind: 'seen', servers, skewMs: list.skewMs }
}
