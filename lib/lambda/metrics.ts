import { type MetricName, metricNamespace, type Metrics, metricUnits } from '../domain/metrics.ts'

/** Values that one metric may have in one line ("Specification: Embedded metric format", MetricDefinition). */
const MOST_VALUES = 100

/** Values by metric: one sum for what is counted, each for what is measured. */
type Counted = Map<MetricName, number[]>

/**
 * Metrics as CloudWatch reads them from the log: one JSON line in the embedded metric format for all metrics of a provider,
 * and one for those of the platform. A provider's are published for the provider and for the stage as a whole.
 *
 * @param now ms since the epoch
 */
export const createMetrics = (
  stage: string,
  write = (line: string): void => void process.stdout.write(`${line}\n`),
  now: () => number = Date.now,
): Metrics => {
  const counted = new Map<string | undefined, Counted>()

  const flushOne = (provider: string | undefined, metrics: Counted): void => {
    for (let from = 0; ; from += MOST_VALUES) {
      const part = [...metrics].map(([name, all]) => [name, all.slice(from, from + MOST_VALUES)] as const)
      const left = part.filter(([, values]) => values.length > 0)
      if (left.length === 0) return
      write(JSON.stringify(emf(left, stage, provider, now())))
    }
  }

  return {
    count: (name: MetricName, value: number, provider?: string) => {
      const isCount = metricUnits[name] === 'Count'
      if (isCount && value === 0) return
      const metrics: Counted = counted.get(provider) ?? new Map()
      const before = metrics.get(name) ?? []
      metrics.set(name, isCount ? [(before[0] ?? 0) + value] : [...before, value])
      counted.set(provider, metrics)
    },
    flush: () => {
      for (const [provider, metrics] of counted) flushOne(provider, metrics)
      counted.clear()
    },
  }
}

/** One line: its metadata says which of its members are metrics and which are their dimensions. */
const emf = (
  metrics: readonly (readonly [MetricName, readonly number[]])[],
  stage: string,
  provider: string | undefined,
  timestamp: number,
): Record<string, unknown> => ({
  _aws: {
    Timestamp: timestamp,
    CloudWatchMetrics: [
      {
        Namespace: metricNamespace,
        Dimensions: provider === undefined ? [['Stage']] : [['Stage'], ['Stage', 'Provider']],
        Metrics: metrics.map(([Name]) => ({ Name, Unit: metricUnits[Name] })),
      },
    ],
  },
  Stage: stage,
  ...(provider === undefined ? {} : { Provider: provider }),
  ...Object.fromEntries(metrics.map(([name, values]) => [name, values.length === 1 ? values[0] : values])),
})
