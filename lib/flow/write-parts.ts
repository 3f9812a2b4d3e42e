import type { Batch } from '../domain/batch.ts'
import type { Ledger } from '../domain/ports.ts'
import { partsOf, splitDone } from '../domain/split.ts'
import { mapLimit } from '../domain/map-limit.ts'

const WRITES_AT_ONCE = 16

/** Writes the batches that a split batch became, then lets it rest; answers them as they began. Done again after a crash, it does the same. */
export const writeParts = async (batch: Batch, ledger: Ledger): Promise<Batch[]> => {
  const parts = partsOf(batch, await ledger.nodeIds(batch.operationId, batch.batchId))
  await mapLimit(parts, WRITES_AT_ONCE, (part) => ledger.createBatch(part.batch, part.nodeIds))
  await ledger.saveBatch(splitDone(batch))
  return parts.map((part) => part.batch)
}
