import { type Batch, type BatchIdentity, type Ended, isEnded } from './batch.ts'
import type { NodeReport } from './job.ts'
import { countResults, type FinalOutcome, type NodeOutcome, type NodeResult, tidyCode, tidyReason } from './outcome.ts'

export type Cause = { code: string | null; reason: string | null }

/** Results per node of a batch, as far as they are final. */
export type Results = ReadonlyMap<string, NodeResult>

/** The results so far with what a look at the job adds: what is final stays, and nodes that are not of the batch count for nothing. */
export const mergeReports = (
  known: Results,
  reports: readonly NodeReport[],
  nodeIds: readonly string[],
  jobId: string | null,
  now: number,
): Results => {
  const ours = new Set(nodeIds)
  const merged = new Map(known)
  const at = new Date(now).toISOString()
  for (const { nodeId, outcome, code, reason, jobId: own } of reports) {
    if (!ours.has(nodeId) || merged.has(nodeId)) continue
    merged.set(nodeId, {
      nodeId,
      outcome,
      code: tidyCode(code),
      reason: tidyReason(reason),
      jobId: own ?? jobId,
      at,
    })
  }
  return merged
}

/** Results of every node: those that are not known get one outcome and cause. */
export const completeResults = (
  known: Results,
  nodeIds: readonly string[],
  outcome: FinalOutcome,
  { code, reason }: Cause,
  jobId: string | null,
  now: number,
): Results => {
  const at = new Date(now).toISOString()
  const said = { code: tidyCode(code), reason: tidyReason(reason) }
  return new Map(nodeIds.map((nodeId) => [nodeId, known.get(nodeId) ?? { nodeId, outcome, ...said, jobId, at }]))
}

type EndedState = Ended['state']

/** The end of a batch whose nodes all have a result. `state` where it is not given by the results alone. */
export const endWith = (
  batch: Pick<BatchIdentity, 'nodes'>,
  results: Results,
  jobIds: readonly string[],
  now: number,
  state?: EndedState,
): Ended => {
  const [first, ...others] = results.values()
  const uniform =
    first !== undefined &&
    others.every((r) => r.outcome === first.outcome && r.code === first.code && r.reason === first.reason)
  const counts = countResults(batch.nodes, results.values(), 'running')
  const worst = [...results.values()].find((r) => r.outcome !== 'succeeded')
  const said = uniform ? first : worst
  return {
    state: state ?? stateOf(counts.succeeded, counts.unknown, counts.failed),
    endedAt: now,
    dueAt: now,
    jobIds,
    counts,
    outcome: uniform ? first.outcome : null,
    code: said?.code ?? null,
    reason: said?.reason ?? null,
  }
}

const stateOf = (succeeded: number, unknown: number, failed: number): EndedState => {
  if (unknown === 0 && failed === 0) return 'SUCCEEDED'
  if (succeeded === 0 && unknown === 0) return 'FAILED'
  if (succeeded === 0 && failed === 0) return 'NEEDS_ATTENTION'
  return 'PARTIAL'
}

/** The end of a batch whose nodes all have the same outcome; nothing needs to be written for each of them. */
export const endAlike = (
  nodes: number,
  state: EndedState,
  outcome: FinalOutcome,
  { code, reason }: Cause,
  jobIds: readonly string[],
  now: number,
): Ended => ({
  state,
  endedAt: now,
  dueAt: now,
  jobIds,
  counts: { ...countResults(nodes, [], 'running'), running: 0, [outcome]: nodes },
  outcome,
  code: tidyCode(code),
  reason: tidyReason(reason),
})

const OPEN = { PLANNED: 'pending', QUEUED: 'pending', SPLIT: 'pending' } as const

/** The outcome of every node of a batch now, in the order of `nodeIds`; `stored` is what its results item holds. */
export const outcomesOf = (batch: Batch, nodeIds: readonly string[], stored: Results): NodeOutcome[] => {
  if (isEnded(batch) && batch.outcome !== null) {
    const { outcome, code, reason, jobIds, endedAt } = batch
    const at = new Date(endedAt).toISOString()
    return nodeIds.map((nodeId) => ({ nodeId, outcome, code, reason, jobId: jobIds[0] ?? null, at }))
  }
  const open = batch.state in OPEN ? 'pending' : 'running'
  const jobId = batch.state === 'RUNNING' ? (batch.jobIds[0] ?? null) : null
  return nodeIds.map(
    (nodeId) => stored.get(nodeId) ?? { nodeId, outcome: open, code: null, reason: null, jobId, at: null },
  )
}
