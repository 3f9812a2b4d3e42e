import type { Expectation } from './demo-file.ts'
import type { OperationView } from './client.ts'
import { isAccepted, isEnded, type Run } from './run.ts'

const differences = (expect: Expectation, { status, counts }: OperationView): string[] => {
  const wanted = Object.entries(expect.counts).filter(([outcome, nodes]) => counts[outcome] !== nodes)
  return [
    ...(status === expect.status ? [] : [`status is ${status}, expected ${expect.status}`]),
    ...wanted.map(([outcome, nodes]) => `${outcome}: ${String(counts[outcome])} nodes, expected ${nodes}`),
  ]
}

/** In what an operation differs from how it was to end; nothing when it ended as expected. */
export const judge = (run: Run): string[] => {
  if (!isAccepted(run)) return ['was not accepted', ...run.refusal]
  if (isEnded(run)) return differences(run.order.expect, run.view)
  if (run.view === null) return ['was accepted and never seen']

  const { pending, running } = run.view.counts
  return [
    `is still ${run.view.status}: ${pending} nodes pending, ${running} running`,
    ...run.view.batches.map(({ batchId, state, nodes }) => `batch ${batchId} (${nodes} nodes): ${state}`),
  ]
}
