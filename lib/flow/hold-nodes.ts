import type { Batch } from '../domain/batch.ts'
import { type Held, type Holder, heldUntil } from '../domain/hold.ts'
import { holdScope, longHeld, pageOf, takeNodes } from '../domain/hold-page.ts'
import type { Ledger } from '../domain/ports.ts'
import { mapLimit } from '../domain/map-limit.ts'

type HoldDeps = { ledger: Pick<Ledger, 'updateHolds' | 'batch' | 'batches'> }

const PAGES_AT_ONCE = 4
/** Holds that are over may be found one after the other; whoever is not through by then leaves the nodes to their holders. */
const TRIES = 4

/**
 * Takes the nodes for a batch: from now on no other operation acts on them until the batch has ended. A hold that
 * is over is taken over. Answers who holds the nodes that the batch did not get.
 */
export const holdNodes = async (
  batch: Batch,
  nodeIds: readonly string[],
  now: number,
  deps: HoldDeps,
): Promise<ReadonlyMap<string, Held>> => {
  const mine: Holder = { operationId: batch.operationId, batchId: batch.batchId }
  const scope = holdScope(batch)
  const untilOf = onceFor(deps)
  const pages = [...Map.groupBy(nodeIds, pageOf)]
  const holders = await mapLimit(pages, PAGES_AT_ONCE, async ([page, ids]) => {
    const over = new Set<string>()
    for (let tries = 1; ; tries += 1) {
      const taken = await deps.ledger.updateHolds(
        `${scope} ${page}`,
        (before) => {
          const result = takeNodes(before, mine, ids, over, now)
          return { page: result.page, result }
        },
        now,
      )
      const found = [...taken.holders.values(), ...(tries === 1 ? longHeld(taken.page, mine) : [])]
      const ended = await mapLimit(oncePerBatch(found), PAGES_AT_ONCE, async (holder) =>
        (await untilOf(holder)) <= now ? [holder.batchId] : [],
      )
      if (ended.flat().length === 0 || tries === TRIES) {
        return mapLimit([...taken.holders], PAGES_AT_ONCE, async ([nodeId, holder]): Promise<[string, Held]> => [
          nodeId,
          { ...holder, until: await untilOf(holder) },
        ])
      }
      for (const batchId of ended.flat()) over.add(batchId)
    }
  })
  return new Map(holders.flat())
}

const oncePerBatch = (holders: readonly Holder[]): Holder[] => [
  ...new Map(holders.map((holder) => [holder.batchId, holder])).values(),
]

/** When a hold is over, looked up once for each holder: one may hold a thousand of the nodes. */
const onceFor = ({ ledger }: HoldDeps) => {
  const known = new Map<string, Promise<number>>()
  const look = async (holder: Holder): Promise<number> => {
    const batch = await ledger.batch(holder.operationId, holder.batchId)
    if (batch === undefined) return 0
    return heldUntil(holder, batch.state === 'SPLIT' ? await ledger.batches(holder.operationId) : [batch])
  }
  return (holder: Holder): Promise<number> => {
    const found = known.get(holder.batchId) ?? look(holder)
    known.set(holder.batchId, found)
    return found
  }
}
