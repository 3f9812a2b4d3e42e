import type { Batch } from '../domain/batch.ts'
import type { Clock, Ledger } from '../domain/ports.ts'
import { reconciled } from '../domain/reconciled.ts'
import { type Clouds, rulesOf } from './clouds.ts'
import { unreadableLook } from './unreadable-look.ts'

export type ReconcileDeps = { ledger: Ledger; clouds: Clouds; clock: Clock }

/** One look for traces of a batch whose answer was lost; answers the batch as it then stands, or undefined when somebody else was first. */
export const reconcile = async (batch: Batch, deps: ReconcileDeps): Promise<Batch | undefined> => {
  if (batch.state !== 'OUTCOME_UNKNOWN') return batch
  const { ledger, clouds, clock } = deps
  const { provider, rules } = rulesOf(clouds, batch)
  const nodeIds = await ledger.nodeIds(batch.operationId, batch.batchId)
  const look = async () => provider.reconcile({ ...batch, nodeIds }, await clouds.api(batch))
  const lookedAt = clock.now()
  const evidence = await look().catch(unreadableLook)
  const next = reconciled(batch, evidence, nodeIds, clock.now(), rules, lookedAt)
  return (await ledger.saveBatch(next)) ? next : undefined
}
