import { type Batch, become, isEnded, type Part } from './batch.ts'
import { postpone } from './claim.ts'
import { endAlike } from './result.ts'
import type { Rules } from './rules.ts'
import { split } from './split.ts'

/**
 * Who may act on a node: one batch. A hold is never given back; it is over soon after its batch has ended, so that it cannot
 * outlive its operation, whatever crashes.
 */
export type Holder = { operationId: string; batchId: string }

/** A hold, and when it is over (ms); Infinity while nobody knows. */
export type Held = Holder & { until: number }

/** The code under which a node is skipped, or waits, because another operation holds it. */
export const HELD = 'Held'

/**
 * After an action the next one on the same node keeps this distance: clouds tell their times in seconds and by clocks of their own,
 * and the traces of the one must never pass for those of the other. It is real time, whatever the pace.
 */
const DISTANCE_MS = 5_000

/** When a hold is over. `family`: the batch it names, as far as it is there, and all that it was split into. */
export const heldUntil = ({ batchId }: Holder, family: readonly Batch[]): number =>
  family
    .filter((batch) => batch.batchId === batchId || batch.batchId.startsWith(`${batchId}.`))
    .reduce((latest, batch) => Math.max(latest, endOf(batch)), 0)

const endOf = (batch: Batch): number => {
  if (isEnded(batch)) return batch.outcome === 'skipped' ? 0 : batch.endedAt + DISTANCE_MS
  return batch.state === 'SPLIT' && batch.parts.length === 0 ? 0 : Infinity
}

const SHORTEST_WAIT_MS = 2_000
const LONGEST_WAIT_MS = 60_000
/** Every holder ends by its own deadline; whoever always finds a new one in front gives up after this. */
const GIVE_UP_MS = 86_400_000

/**
 * The batch after it did not get some of its nodes, of which `holders` has who holds them. Where all of these holds are about to be over, the
 * batch waits for that. Otherwise the nodes that others act on leave it: they are skipped, each with its holder named, or wait, as
 * the request says, and the others go on in a batch of their own.
 */
export const held = (
  batch: Batch,
  nodeIds: readonly string[],
  holders: ReadonlyMap<string, Held>,
  now: number,
  { pace }: Rules,
): Batch => {
  const acting = nodeIds.flatMap((id, i) => {
    const holder = holders.get(id)
    return holder?.until === Infinity ? [{ i, operationId: holder.operationId }] : []
  })
  if (acting.length === 0) {
    const until = Math.max(...Array.from(holders.values(), (holder) => holder.until))
    return postpone(batch, until, now, HELD, 'another operation has just ended on these nodes')
  }

  const waits = batch.whenHeld === 'wait' && now <= batch.createdAt + pace(GIVE_UP_MS)
  const at = now + Math.max(pace(SHORTEST_WAIT_MS), Math.min(pace(LONGEST_WAIT_MS), (now - batch.createdAt) / 4))
  const groups = [...Map.groupBy(acting, ({ operationId }) => operationId)].map(([operationId, nodes]) => ({
    operationId,
    nodes: nodes.map(({ i }) => i),
  }))
  const reason = reasonOf(groups.map(({ operationId }) => operationId))
  const isWhole = acting.length === nodeIds.length
  if (isWhole && waits) return postpone(batch, at, now, HELD, reason)
  if (isWhole && groups.length === 1) return become(batch, skipped(batch.nodes, reason, now))

  const taken = new Set(acting.map(({ i }) => i))
  const free = nodeIds.flatMap((_, i) => (taken.has(i) ? [] : [i]))
  const goesOn: Part = {
    nodes: free,
    state: { state: 'QUEUED', dueAt: now, notBefore: null, code: null, reason: null },
  }
  const waiting: Part = { nodes: [...taken], state: { state: 'QUEUED', dueAt: at, notBefore: at, code: HELD, reason } }
  const left = groups.map(({ operationId, nodes }): Part => ({
    nodes,
    state: skipped(nodes.length, reasonOf([operationId]), now),
  }))
  return split(batch, [...(isWhole ? [] : [goesOn]), ...(waits ? [waiting] : left)], now)
}

const skipped = (nodes: number, reason: string, now: number) =>
  endAlike(nodes, 'SKIPPED', 'skipped', { code: HELD, reason }, [], now)

const reasonOf = ([first, ...others]: readonly string[]): string =>
  `held by operation ${first}${others.length === 0 ? '' : ` and ${others.length} more`}`
