import type { Batch } from '../domain/batch.ts'
import { type Holder, isHolding } from '../domain/hold.ts'
import type { Ledger } from '../domain/ports.ts'
import { mapLimit } from './map-limit.ts'

type HoldDeps = { ledger: Pick<Ledger, 'hold' | 'batch' | 'batches'> }

const WRITES_AT_ONCE = 32
/** Others may be taking over the same node at the same moment; who is never faster takes it for held. */
const TRIES = 3

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
  const { provider, operationId, batchId } = batch
  const mine: Holder = { operationId, batchId }
  const counts = holdingOnce(deps)
  const holders = await mapLimit(nodeIds, WRITES_AT_ONCE, async (nodeId): Promise<[string, Holder][]> => {
    let over: Holder | null = null
    for (let tries = 1; ; tries += 1) {
      const holder: Holder = await deps.ledger.hold(provider, nodeId, mine, over, now)
      if (holder.operationId === operationId) return []
      if (tries === TRIES || (await counts(holder))) return [[nodeId, holder]]
      over = holder
    }
  })
  return new Map(holders.flat())
}

/** Whether a hold counts, looked up once for each holder: one may hold a thousand of the nodes. */
const holdingOnce = ({ ledger }: HoldDeps) => {
  const known = new Map<string, Promise<boolean>>()
  const look = async (holder: Holder): Promise<boolean> => {
    const batch = await ledger.batch(holder.operationId, holder.batchId)
    if (batch === undefined) return false
    return isHolding(holder, batch.state === 'SPLIT' ? await ledger.batches(holder.operationId) : [batch])
  }
  return (holder: Holder): Promise<boolean> => {
    const found = known.get(holder.batchId) ?? look(holder)
    known.set(holder.batchId, found)
    return found
  }
}
