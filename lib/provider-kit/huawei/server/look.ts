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
  if (list.kind === 'seen') return withMissing(list, nodeIds, [own, native], api)
  if (list.kind === 'unreadable') return list

  if (nodeIds.length > FEW) {
    const each = await eachOf(nodeIds, own, api)
    if (each.kind !== 'not-served') return each
  }
  const each = await eachOf(nodeIds, native, api)
  return each.kind === 'not-served' ? each.last : each
}

/** Once a list is known to leave out servers, so many of those that it does not show are asked for. */
const MANY = 100

/**
 * A server that is missing in the list may be absent, hidden by a permission, or slipped between two pages. Some of
 * them are asked for: only when none of these exists, all of them count as absent. When one does, the list is not to be
 * believed, and the others are asked for too. Who was not to be asked for is not in the answer.
 */
const withMissing = async (
  list: Listed,
  nodeIds: readonly string[],
  paths: readonly ((id: string) => string)[],
  api: Api,
): Promise<Seen> => {
  const missing = nodeIds.filter((id) => !list.servers.has(id))
  const sample = await asked(missing.slice(0, FEW), paths, api)
  const isShort = [...sample].some(([, server]) => server !== 'absent')
  const others = missing.slice(FEW)
  const rest = isShort ? await asked(others.slice(0, MANY - FEW), paths, api) : absent(sample.size > 0 ? others : [])
  return { kind: 'seen', servers: new Map([...list.servers, ...sample, ...rest]), skewMs: list.skewMs }
}

type Servers = Seen['servers']

const absent = (ids: readonly string[]): Servers => new Map(ids.map((id) => [id, 'absent']))

/** The servers by the first of these paths that is served; none when they cannot be read. */
const asked = async (
  ids: readonly string[],
  [path, ...others]: readonly ((id: string) => string)[],
  api: Api,
): Promise<Servers> => {
  if (path === undefined) return new Map()
  const each = await eachOf(ids, path, api)
  if (each.kind === 'not-served') return asked(ids, others, api)
  return each.kind === 'seen' ? each.servers : new Map()
}
