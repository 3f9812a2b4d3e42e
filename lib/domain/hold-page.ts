import { canonicalJson } from './fingerprint.ts'
import type { Holder } from './hold.ts'
import type { Work } from './work.ts'

/**
 * The holds on some of a target's nodes, in one row: those whose ids begin alike. A batch is cut from sorted ids, so that
 * its nodes are on few pages, and a page costs a write or two however many of them it has.
 */
export type HoldPage = readonly Hold[]

/** Nodes that one batch took, at `takenAt` (ms). */
export type Hold = Holder & { takenAt: number; nodeIds: readonly string[] }

export const emptyPage: HoldPage = []

/** Which page a node is on: the first character of its id after a prefix like `cln-`. */
export const pageOf = (nodeId: string): string => nodeId.replace(/^[a-z]+-/, '').slice(0, 1)

/** Where nodes are, whoever's credentials reach them there. */
export const holdScope = ({ provider, target }: Pick<Work, 'provider' | 'target'>): string => {
  const { account: _, ...where } = target
  return `${provider} ${canonicalJson(where)}`
}

export type TakenNodes = { page: HoldPage; holders: ReadonlyMap<string, Holder> }

/**
 * Takes those of the nodes that no other operation holds; `holders` has who holds the others. `over` are batches that have
 * ended: their holds go.
 */
export const takeNodes = (
  before: HoldPage,
  mine: Holder,
  nodeIds: readonly string[],
  over: ReadonlySet<string>,
  now: number,
): TakenNodes => {
  const page = before.filter(({ batchId }) => !over.has(batchId))
  const holders = new Map<string, Holder>()
  const wanted = new Set(nodeIds)
  for (const { operationId, batchId, nodeIds: theirs } of page) {
    if (operationId === mine.operationId) continue
    for (const id of theirs) if (wanted.has(id)) holders.set(id, { operationId, batchId })
  }
  const free = nodeIds.filter((id) => !holders.has(id))
  const own = page.find(({ batchId }) => batchId === mine.batchId)
  const held = new Set(own?.nodeIds)
  const hasAll = free.every((id) => held.has(id))
  if (hasAll && page.length === before.length) return { page: before, holders }

  // What an earlier batch of the same operation held goes over to this one, which was made of it.
  const taken = new Set(free)
  const others = page.flatMap((hold): Hold[] => {
    if (hold === own) return []
    const left = hold.nodeIds.filter((id) => !taken.has(id))
    return left.length === 0 ? [] : [{ ...hold, nodeIds: left }]
  })
  const all = [...held, ...free.filter((id) => !held.has(id))]
  if (all.length === 0) return { page: others, holders }
  return { page: [...others, { ...mine, takenAt: own?.takenAt ?? now, nodeIds: all }], holders }
}

const ROOMY_HOLDS = 32
const ROOMY_NODES = 1_000
const LOOKS_AT_ONCE = 8

/** The holds that may be over, oldest first, on a page that has grown long: nobody gives a hold back. */
export const longHeld = (page: HoldPage, mine: Holder): readonly Holder[] => {
  const nodes = page.reduce((sum, { nodeIds }) => sum + nodeIds.length, 0)
  if (page.length <= ROOMY_HOLDS && nodes <= ROOMY_NODES) return []
  return page
    .filter(({ operationId }) => operationId !== mine.operationId)
    .toSorted((a, b) => a.takenAt - b.takenAt)
    .slice(0, LOOKS_AT_ONCE)
}
