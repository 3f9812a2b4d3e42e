import { type Batch, become, isEnded, type Part } from './batch.ts'
import { postpone } from './claim.ts'
import { endAlike } from './result.ts'
import type { Rules } from './rules.ts'
import { split } from './split.ts'

/**
 * Who may act on a node: one batch. A hold is never given back; it is over when its batch has ended, so that it cannot
 * outlive its operation, whatever crashes.
 */
export type Holder = { operationId: string; batchId: string }

/** The code under which a node is skipped, or waits, because another operation holds it. */
export const HELD = 'Held'

/** Whether a hold still counts. `family`: the batch it names, as far as it is there, and all that it was split into. */
export const isHolding = ({ batchId }: Holder, family: readonly Batch[]): boolean =>
  family
    .filter((batch) => batch.batchId === batchId || batch.batchId.startsWith(`${batchId}.`))
    .some((batch) => (batch.state === 'SPLIT' ? batch.parts.length > 0 : !isEnded(batch)))

const SHORTEST_WAIT_MS = 2_000
const LONGEST_WAIT_MS = 60_000
/** Every holder ends by its own deadline; whoever always finds a new one in front gives up after this. */
const GIVE_UP_MS = 86_400_000

/**
 * The batch after it did not get some of its nodes, of which `holders` has who holds them. The nodes that it got go on in a batch of
 * their own; the others are skipped, each with its holder named, or wait for them, as the request says.
 */
export const held = (
  batch: Batch,
  nodeIds: readonly string[],
  holders: ReadonlyMap<string, Holder>,
  now: number,
  { pace }: Rules,
): Batch => {
  const waits = batch.whenHeld === 'wait' && now <= batch.createdAt + pace(GIVE_UP_MS)
  const at = now + Math.max(pace(SHORTEST_WAIT_MS), Math.min(pace(LONGEST_WAIT_MS), (now - batch.createdAt) / 4))
  const free = nodeIds.flatMap((id, i) => (holders.has(id) ? [] : [i]))
  const groups = [...Map.groupBy(nodeIds.keys(), (i) => holders.get(nodeIds[i] ?? '')?.operationId)].flatMap(
    ([operationId, nodes]) => (operationId === undefined ? [] : [{ operationId, nodes: [...nodes] }]),
  )
  const reason = reasonOf(groups.map(({ operationId }) => operationId))
  if (free.length === 0 && waits) return postpone(batch, at, now, HELD, reason)
  if (free.length === 0 && groups.length === 1) return become(batch, skipped(batch.nodes, reason, now))

  const goesOn: Part = {
    nodes: free,
    state: { state: 'QUEUED', dueAt: now, notBefore: null, code: null, reason: null },
  }
  const others: Part[] = waits
    ? [
        {
          nodes: groups.flatMap(({ nodes }) => nodes).toSorted((a, b) => a - b),
          state: { state: 'QUEUED', dueAt: at, notBefore: at, code: HELD, reason },
        },
      ]
    : groups.map(({ operationId, nodes }) => ({ nodes, state: skipped(nodes.length, reasonOf([operationId]), now) }))
  return split(batch, [...(free.length === 0 ? [] : [goesOn]), ...others], now)
}

const skipped = (nodes: number, reason: string, now: number) =>
  endAlike(nodes, 'SKIPPED', 'skipped', { code: HELD, reason }, [], now)

const reasonOf = ([first, ...others]: readonly string[]): string =>
  `held by operation ${first}${others.length === 0 ? '' : ` and ${others.length} more`}`
