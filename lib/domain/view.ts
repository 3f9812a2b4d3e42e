import { type Batch, isEnded } from './batch.ts'
import { countBatches, countsOf, type Operation } from './operation.ts'

const iso = (ms: number | null): string | null => (ms === null ? null : new Date(ms).toISOString())

/** An operation without its batches, as lists show it. Its counts are those of the last look at it. */
export const operationSummary = (operation: Operation) => ({
  operationId: operation.operationId,
  status: operation.status,
  provider: operation.provider,
  action: operation.action,
  target: operation.target,
  options: operation.options,
  rollout: operation.rollout,
  reason: operation.reason,
  notAfter: operation.notAfter,
  trigger: operation.trigger,
  principal: operation.principal,
  retryOf: operation.retryOf,
  planHash: operation.planHash,
  counts: operation.counts,
  createdAt: iso(operation.createdAt),
  endedAt: iso(operation.endedAt),
  cancelledAt: iso(operation.cancelledAt),
})

const batchView = (batch: Batch) => ({
  batchId: batch.batchId,
  wave: batch.wave,
  state: batch.state,
  nodes: batch.nodes,
  jobIds: batch.state === 'RUNNING' || isEnded(batch) ? batch.jobIds : [],
  counts: countsOf(batch),
  attempt: batch.attempt,
  code: 'code' in batch ? batch.code : null,
  reason: 'reason' in batch ? batch.reason : null,
  endedAt: isEnded(batch) ? iso(batch.endedAt) : null,
})

/** An operation as `GET /v1/operations/{id}` answers it: counts are those of its batches now. */
export const operationView = (operation: Operation, batches: readonly Batch[]) => {
  const shown = batches.filter((batch) => batch.state !== 'SPLIT')
  const counts = countBatches(shown)
  // While a batch is being split its parts may not all be written: then they still wait.
  const missing = Math.max(0, operation.counts.total - counts.total)
  const waves = [...new Set(shown.map(({ wave }) => wave))].toSorted((a, b) => a - b)
  return {
    ...operationSummary(operation),
    counts:
      operation.endedAt === null
        ? { ...counts, total: operation.counts.total, pending: counts.pending + missing }
        : operation.counts,
    waves: waves.map((wave) => {
      const its = shown.filter((batch) => batch.wave === wave)
      return {
        wave,
        batches: its.length,
        nodes: its.reduce((sum, { nodes }) => sum + nodes, 0),
        ended: its.every(isEnded),
      }
    }),
    batches: shown.map(batchView),
  }
}
