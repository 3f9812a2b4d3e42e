import { describe, expect, it } from 'vitest'
import { metricNames, type Metrics, metricUnits } from '../../../lib/domain/metrics.ts'
import { createMetrics } from '../../../lib/lambda/metrics.ts'
import { readEmf } from '../../helpers/emf.ts'

const NOW = Date.parse('2026-01-05T10:00:00.000Z')

const open = () => {
  const lines: string[] = []
  const metrics = createMetrics(
    'prod',
    (line) => void lines.push(line),
    () => NOW,
  )
  return { metrics, lines, emf: () => lines.map(readEmf) }
}

const flushed = (count: (metrics: Metrics) => void) => {
  const { metrics, lines } = open()
  count(metrics)
  metrics.flush()
  return lines.map(readEmf)
}

describe('a line of metrics', () => {
  it('is as the embedded metric format wants it, for the stage and for the provider of the stage', () => {
    const [line, ...others] = flushed((metrics) => {
      metrics.count('NodesFailed', 3, 'otc-ecs')
      metrics.count('ProviderCalls', 1, 'otc-ecs')
    })

    expect(others).toEqual([])
    expect(line).toEqual({
      timestamp: NOW,
      namespace: 'Drover',
      dimensionSets: [['Stage'], ['Stage', 'Provider']],
      dimensions: { Stage: 'prod', Provider: 'otc-ecs' },
      metrics: [
        { name: 'NodesFailed', unit: 'Count', values: [3] },
        { name: 'ProviderCalls', unit: 'Count', values: [1] },
      ],
    })
  })

  it('has no provider where none is concerned', () => {
    const [line] = flushed((metrics) => metrics.count('DeadLetters', 2))

    expect(line).toMatchObject({ dimensionSets: [['Stage']], dimensions: { Stage: 'prod' } })
    expect(line?.metrics).toEqual([{ name: 'DeadLetters', unit: 'Count', values: [2] }])
  })

  it('sums up what is counted, and keeps each of what is measured', () => {
    const [line] = flushed((metrics) => {
      for (const value of [2, 3]) metrics.count('NodesSucceeded', value, 'otc-ecs')
      for (const value of [0, 1500, 20]) metrics.count('DetectionDelay', value, 'otc-ecs')
    })

    expect(line?.metrics).toEqual([
      { name: 'NodesSucceeded', unit: 'Count', values: [5] },
      { name: 'DetectionDelay', unit: 'Milliseconds', values: [0, 1500, 20] },
    ])
  })

  it('is one for each provider', () => {
    const lines = flushed((metrics) => {
      metrics.count('ProviderCalls', 1, 'otc-ecs')
      metrics.count('PlatformRefusals', 4)
      metrics.count('ProviderCalls', 2, 'otc-css')
      metrics.count('ProviderErrors', 1, 'otc-ecs')
    })

    expect(lines.map(({ dimensions, metrics }) => [dimensions['Provider'], metrics.length])).toEqual([
      ['otc-ecs', 2],
      [undefined, 1],
      ['otc-css', 1],
    ])
  })

  it('has at most 100 values of one metric; the others follow in further lines, and nothing is said twice', () => {
    const delays = Array.from({ length: 230 }, (_, i) => i)

    const lines = flushed((metrics) => {
      metrics.count('ProviderCalls', 7, 'otc-ecs')
      for (const delay of delays) metrics.count('DetectionDelay', delay, 'otc-ecs')
    })

    const valuesOf = (name: string) =>
      lines.flatMap(({ metrics }) => metrics.filter((one) => one.name === name).flatMap(({ values }) => values))
    expect(lines).toHaveLength(3)
    expect(valuesOf('DetectionDelay')).toEqual(delays)
    expect(valuesOf('ProviderCalls')).toEqual([7])
  })

  it('can hold every metric that there is', () => {
    const [line] = flushed((metrics) => {
      // As whoever counts one of them would, and all at once.
      for (const name of metricNames) metrics.count(name as 'NodesFailed', 1, 'otc-ecs')
    })

    expect(metricNames.length).toBeLessThanOrEqual(100)
    expect(line?.metrics.map(({ name, unit }) => [name, unit])).toEqual(Object.entries(metricUnits))
  })
})

describe('flushing', () => {
  it('writes nothing where nothing was counted', () => {
    expect(flushed((metrics) => metrics.count('NodesFailed', 0, 'otc-ecs'))).toEqual([])
  })

  it('writes what was counted since the last time, and once', () => {
    const { metrics, emf } = open()
    metrics.count('NodesFailed', 1, 'otc-ecs')
    metrics.flush()
    metrics.count('NodesFailed', 2, 'otc-ecs')
    metrics.flush()

    metrics.flush()

    expect(emf().map((line) => line.metrics[0]?.values)).toEqual([[1], [2]])
  })
})
