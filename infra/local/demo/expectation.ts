import type { Expectation } from './demo-file.ts'
import type { OperationView } from './client.ts'
import { isAccepted, isEnded, isRefused, type Run } from './run.ts'
import { counted } from './text.ts'

const differences = (expect: Expectation, { status, counts }: OperationView): string[] => {
  const wanted = Object.entries(expect.counts).filter(([outcome, nodes]) => counts[outcome] !== nodes)
  return [
    ...(status === expect.status ? [] : [`status is ${status}, expected ${expect.status}`]),
    ...wanted.map(([outcome, nodes]) => `${outcome}: ${counted(Number(counts[outcome]), 'node')}, expected ${nodes}`),
  ]
}

/** In what an operation differs from how it was to end; nothing when it ended as expected. */
export const judge = (run: Run): string[] => {
  if (isRefused(run)) return ['was refused', ...run.refusal]
  if (!isAccepted(run)) return ['was not sent']
  if (isEnded(run)) return differences(run.order.expect, run.view)
  if (run.view === null) return ['was accepted and never seen']

  const { pending, running } = run.view.counts
  return [
    `is still ${run.view.status}: ${counted(pending, 'node')} pending, ${running} running`,
    ...run.view.batches.map(({ batchId, state, nodes }) => `batch ${batchId}, ${counted(nodes, 'node')}: ${state}`),
  ]
}
