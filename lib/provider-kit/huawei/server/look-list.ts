import type { Api } from '../../api.ts'
import type { Unreadable } from '../../unreadable.ts'
import { clockSkewMs } from '../timestamp.ts'
import { ServerPage, type ServerState } from './document.ts'
import { read, type NotServed } from './read.ts'
import type { Looked } from './standing.ts'

export type Listed = { kind: 'seen'; servers: ReadonlyMap<string, Looked>; skewMs: number; pages: number }

/** A document of a server has some KB: a page stays well below what an answer may have. */
const PER_PAGE = 500
const MAX_PAGES = 200

/**
 * The servers among `nodeIds` that the project's list shows, page by page (`offset` is the number of the page, from 1:
 * "Querying Details About ECSs"), until all were seen or the list ends. Servers that go while it is read shift the
 * pages, so what is missing in a list of several pages is looked for once more.
 */
export const listed = async (
  path: string,
  nodeIds: readonly string[],
  api: Api,
): Promise<Listed | NotServed | Unreadable> => {
  const first = await readList(path, nodeIds, api)
  if (first.kind !== 'seen' || first.pages === 1) return first
  const missing = nodeIds.filter((id) => !first.servers.has(id))
  if (missing.length === 0) return first

  const second = await readList(path, missing, api)
  if (second.kind !== 'seen') return second
  return { ...first, servers: new Map([...first.servers, ...second.servers]) }
}

const readList = async (
  path: string,
  nodeIds: readonly string[],
  api: Api,
): Promise<Listed | NotServed | Unreadable> => {
  const wanted = new Set(nodeIds)
  const all = new Map<string, ServerState>()
  let skewMs = 0
  let pages = 0
  while (pages < MAX_PAGES && wanted.size > 0) {
    pages += 1
    const query = { limit: String(PER_PAGE), offset: String(pages) }
    const page = await read(api, { method: 'GET', path, query }, ServerPage)
    if (page.kind === 'absent') return { kind: 'not-served', last: absentList(page.answer.status) }
    if (page.kind !== 'found') return page

    skewMs = clockSkewMs(page.answer.headers, page.answer.receivedAt)
    const known = all.size
    for (const server of page.value.servers) {
      all.set(server.id, server)
      wanted.delete(server.id)
    }
    if (page.value.length < PER_PAGE || all.size === known) break
  }
  const servers = new Map(nodeIds.flatMap((id) => pair(id, all.get(id))))
  return { kind: 'seen', servers, skewMs, pages }
}

const pair = (id: string, server: ServerState | undefined): [string, Looked][] =>
  server === undefined ? [] : [[id, server]]

/** "detail" was taken for the id of a server. */
const absentList = (status: number): Unreadable => ({
  kind: 'unreadable',
  code: `HTTP.${status}`,
  reason: 'the list of servers is not served',
  waitMs: null,
  auth: false,
})
