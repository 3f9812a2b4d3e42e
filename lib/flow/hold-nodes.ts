import type { Batch } from '../domain/batch.ts'
import { type Holder, isHolding } from '../domain/hold.ts'
import { holdScope, longHeld, pageOf, takeNodes } from '../domain/hold-page.ts'
import type { Ledger } from '../domain/ports.ts'
import { mapLimit } from './map-limit.ts'

type HoldDeps = { ledger: Pick<Ledger, 'updateHolds' | 'batch' | 'batches'> }

const PAGES_AT_ONCE = 4
/** Holds that are over may be found one after the other; whoever is not through by then leaves the nodes to their holders. */
const TRIES = 4

/**
 * Takes the nodes for a batch: from now on no other operation acts on them until the batch has ended. A hold whose
 * batch has ended is taken over. Answers who holds the nodes that the batch did not get.
 */
export const holdNodes = async (
  batch: Batch,
  nodeIds: readonly string[],
  now: number,
  deps: HoldDeps,
): Promise<ReadonlyMap<string, Holder>> => {
  const mine: Holder = { operationId: batch.operationId, batchId: batch.batchId }
  const scope = holdScope(batch)
  const isOver = onceFor(deps)
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
        (await isOver(holder)) ? [holder.batchId] : [],
      )
      if (ended.flat().length === 0 || tries === TRIES) return [...taken.holders]
      for (const batchId of ended.flat()) over.add(batchId)
    }
  })
  return new Map(holders.flat())
}

const oncePerBatch = (holders: readonly Holder[]): Holder[] => [
  ...new Map(holders.map((holder) => [holder.batchId, holder])).values(),
]

/** Whether a hold is over, looked up once for each holder: one may hold a thousand of the nodes. */
const onceFor = ({ ledger }: HoldDeps) => {
  const known = new Map<string, Promise<boolean>>()
  const look = async (holder: Holder): Promise<boolean> => {
    const batch = await ledger.batch(holder.operationId, holder.batchId)
    if (batch === undefined) return true
    return !isHolding(holder, batch.state === 'SPLIT' ? await ledger.batches(holder.operationId) : [batch])
  }
  return (holder: Holder): Promise<boolean> => {
    const found = known.get(holder.batchId) ?? look(holder)
    known.set(holder.batchId, found)
    return found
  }
}
