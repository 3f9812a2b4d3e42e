import type { Api } from '../../api.ts'
import type { Unreadable } from '../../unreadable.ts'
import { clockSkewMs } from '../timestamp.ts'
import { OneServer } from './document.ts'
import { read, type NotServed } from './read.ts'
import type { Looked } from './standing.ts'

/** Servers that were looked at, and how far the provider's clock is before ours, ms. */
export type Seen = { kind: 'seen'; servers: ReadonlyMap<string, Looked>; skewMs: number }

/** Fewer than the refusals that lock a key: it may be taken back between one look and the next. */
const AT_ONCE = 3

/**
 * Servers, one call each. The first is asked alone, and nothing is asked after a failed look: five refusals of a
 * credential in a row lock the key (huawei-otc.md, section 6.3).
 */
export const eachOf = async (
  nodeIds: readonly string[],
  pathOf: (id: string) => string,
  api: Api,
): Promise<Seen | NotServed | Unreadable> => {
  const servers = new Map<string, Looked>()
  let skewMs = 0
  for (const ids of rounds(nodeIds)) {
    const reads = await Promise.all(ids.map((id) => read(api, { method: 'GET', path: pathOf(id) }, OneServer)))
    for (const [index, one] of reads.entries()) {
      const id = ids[index] ?? ''
      if (one.kind === 'unreadable' || one.kind === 'not-served') return one
      if (one.kind === 'found' && one.value.id !== id.toLowerCase()) return otherServer(id)
      skewMs = clockSkewMs(one.answer.headers, one.answer.receivedAt)
      servers.set(id, one.kind === 'found' ? one.value : 'absent')
    }
  }
  return { kind: 'seen', servers, skewMs }
}

/** A mistaken answer, from a cache on the way perhaps: what it shows of another server proves nothing of this one. */
const otherServer = (id: string): Unreadable => ({
  kind: 'unreadable',
  code: 'OtherServer',
  reason: `another server was shown in the place of ${id}`,
  waitMs: null,
  auth: false,
})

const rounds = (ids: readonly string[]): (readonly string[])[] => {
  const others = Array.from({ length: Math.ceil(Math.max(0, ids.length - 1) / AT_ONCE) }, (_, i) =>
    ids.slice(1 + i * AT_ONCE, 1 + (i + 1) * AT_ONCE),
  )
  return [ids.slice(0, 1), ...others]
}
