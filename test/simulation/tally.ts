import { isEnded } from '../../lib/domain/batch.ts'
import { countNodes, type MetricName, type Metrics, operationsEnded } from '../../lib/domain/metrics.ts'
import type { Table } from './table.ts'
import type { Watch } from './watch.ts'

/** Metrics that are summed up by name and provider. */
const createSums = () => {
  const sums = new Map<string, number>()
  const metrics: Metrics = {
    count: (name: MetricName, value: number, provider?: string) => {
      const key = `${name} ${provider ?? ''}`
      sums.set(key, (sums.get(key) ?? 0) + value)
    },
    flush: () => {},
  }
  return { sums, metrics }
}

/** What all functions counted together, whatever became of them. */
export const createTally = (table: Table, watch: Watch) => {
  const counted = createSums()

  /** The same facts, counted once each from what the ledger holds. */
  const facts = () => {
    const { sums, metrics } = createSums()
    for (const { operationId, status, provider } of table.operations.values()) {
      if (status === 'PLANNING') continue
      metrics.count('OperationsAccepted', 1, provider)
      if (status !== 'RUNNING') metrics.count(operationsEnded[status], 1, provider)
      for (const batch of table.batches(operationId)) if (isEnded(batch)) countNodes(batch, metrics)
    }
    for (const provider of watch.lostAnswers) metrics.count('OutcomeUnknown', 1, provider)
    metrics.count('DeadLetters', table.letters.size)
    return sums
  }

  return {
    metrics: counted.metrics,
    /** Crashes lose counts, and nothing may ever make one too many. Answers how many facts were not counted. */
    judge: (): number => {
      const truth = facts()
      for (const [key, sum] of counted.sums) {
        if (/^(?:Provider|Platform|Work|Detection|Credential)/.test(key)) continue
        const most = truth.get(key) ?? 0
        if (sum > most) watch.violate('truth', key, `was counted ${sum} times and happened ${most} times`)
      }
      return [...truth].reduce((sum, [key, most]) => sum + most - (counted.sums.get(key) ?? 0), 0)
    },
  }
}

export type Tally = ReturnType<typeof createTally>
