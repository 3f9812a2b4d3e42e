import { isEnded } from '../../../lib/domain/batch.ts'
import { JOB_CHANGE, type JobChange } from '../../../lib/domain/events.ts'
import { hasEnded } from '../../../lib/domain/operation.ts'
import type { Outcome } from '../../../lib/domain/outcome.ts'
import { outcomesOf } from '../../../lib/domain/result.ts'
import type { World } from '../world.ts'

/** What came of the operations that somebody was told are accepted, by the clouds' own record of what they did. */
export type Tally = {
  operations: number
  nodes: number
  /** Nodes that were acted on more than once for one operation. */
  twice: number
  /** Nodes that were acted on, and of which no event ever said how it ended. */
  unannounced: number
  /** Nodes, and operations, that have no end. */
  unresolved: number
  openOperations: number
  /** Nodes whose end is that a person must look. */
  unknown: number
  /** Nodes that were said to have failed, or to have been left out, and were acted on with success. */
  misreported: number
}

export const noTally: Tally = {
  operations: 0,
  nodes: 0,
  twice: 0,
  unannounced: 0,
  unresolved: 0,
  openOperations: 0,
  unknown: 0,
  misreported: 0,
}

export const addTallies = (a: Tally, b: Tally): Tally =>
  // Both have the same keys, with numbers.
  Object.fromEntries(Object.entries(a).map(([name, many]) => [name, many + b[name as keyof Tally]])) as Tally

export const tallyOf = ({ table, acts, watch }: World, accepted: ReadonlySet<string>): Tally => {
  const tally = { ...noTally, operations: accepted.size }
  for (const operationId of accepted) {
    const operation = table.operation(operationId)
    if (operation === undefined || !hasEnded(operation)) tally.openOperations += 1
    const total = operation?.counts.total ?? 0
    let ended = 0
    for (const batch of table.batches(operationId)) {
      if (!isEnded(batch)) continue
      const outcomes = outcomesOf(batch, table.nodeIds(batch.batchId), table.results(batch.batchId))
      ended += outcomes.filter(({ outcome }) => outcome !== 'pending' && outcome !== 'running').length
      tally.unknown += outcomes.filter(({ outcome }) => outcome === 'unknown').length
    }
    tally.nodes += total
    tally.unresolved += total - ended
  }

  const said = saidIn(watch.events.values())
  for (const { operationId, nodeId, times, ok } of acts.all()) {
    if (!accepted.has(operationId)) continue
    const outcome = said.get(`${operationId} ${nodeId}`)
    if (times > 1) tally.twice += 1
    if (outcome === undefined) tally.unannounced += 1
    if (ok === true && (outcome === 'failed' || outcome === 'skipped')) tally.misreported += 1
  }
  return tally
}

/** The end of every node by the events. */
const saidIn = (events: Iterable<string>): ReadonlyMap<string, Outcome> => {
  const said = new Map<string, Outcome>()
  for (const event of events) {
    if (!event.startsWith(JOB_CHANGE)) continue
    // The watch keeps the type of an event before its detail, which lib/domain/events.ts has made.
    const { operationId, nodes } = JSON.parse(event.slice(JOB_CHANGE.length)) as JobChange
    for (const { nodeId, outcome } of nodes) said.set(`${operationId} ${nodeId}`, outcome)
  }
  return said
}
