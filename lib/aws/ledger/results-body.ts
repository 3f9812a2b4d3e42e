import * as z from 'zod'
import type { NodeResult } from '../../domain/outcome.ts'
import type { Results } from '../../domain/result.ts'
import { fromRanges, Ranges, toRanges } from './ranges.ts'

/** Nodes that share everything but their id: outcome, code, reason, job id, time, and which nodes of the batch they are. */
type Group = z.infer<typeof Group>
const Group = z.tuple([
  z.enum(['succeeded', 'failed', 'skipped', 'unknown']),
  z.string().nullable(),
  z.string().nullable(),
  z.string().nullable(),
  z.string(),
  Ranges,
])

export const resultsBody = z.array(Group)

/** Results as text: a job in which a thousand nodes ended alike is one line. The same results make the same text. */
export const resultsJson = (nodeIds: readonly string[], results: Results): string => {
  const groups = new Map<string, { like: NodeResult; indices: number[] }>()
  for (const [index, nodeId] of nodeIds.entries()) {
    const result = results.get(nodeId)
    if (result === undefined) continue
    const { outcome, code, reason, jobId, at } = result
    const name = JSON.stringify([outcome, code, reason, jobId, at])
    const group = groups.get(name)
    if (group === undefined) groups.set(name, { like: result, indices: [index] })
    else group.indices.push(index)
  }
  const body = [...groups.values()].map(({ like: { outcome, code, reason, jobId, at }, indices }): Group => [
    outcome,
    code,
    reason,
    jobId,
    at,
    toRanges(indices),
  ])
  return JSON.stringify(body)
}

/** The results of `groups`, in the order of the nodes. */
export const resultsOf = (groups: readonly Group[], nodeIds: readonly string[]): Results => {
  const byIndex = groups.flatMap(([outcome, code, reason, jobId, at, ranges]) =>
    fromRanges(ranges).map((index) => ({ index, outcome, code, reason, jobId, at })),
  )
  byIndex.sort((a, b) => a.index - b.index)
  const results = new Map<string, NodeResult>()
  for (const { index, ...result } of byIndex) {
    const nodeId = nodeIds[index]
    if (nodeId === undefined) throw new RangeError(`there is a result of node ${index}, and ${nodeIds.length} nodes`)
    results.set(nodeId, { nodeId, ...result })
  }
  return results
}
