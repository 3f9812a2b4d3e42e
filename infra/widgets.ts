import { functionNames } from './function-names.ts'
import type { MetricName } from '../lib/domain/metrics.ts'
import { droverMetric, functionMetric, type Metric, queueMetric } from './metrics.ts'
import { providerIds } from './providers.ts'

/** Of a dashboard, in columns. */
export const WIDTH = 24
export const HEIGHT = 6

export type Widget = { type: string; width: number; height: number; properties: Record<string, unknown> }
type Series = { metric: Metric; label: string; stat?: string }

const seriesOf = ({ metric, label, stat }: Series) => [
  metric.namespace,
  metric.name,
  ...Object.entries(metric.dimensions).flat(),
  { label, ...(stat === undefined ? {} : { stat }) },
]

/** Lines of a chart, summed up in steps of a minute unless a line says otherwise. */
export const chart = (
  title: string,
  width: number,
  series: readonly Series[],
  more: Record<string, unknown> = {},
): Widget => ({
  type: 'metric',
  width,
  height: HEIGHT,
  properties: {
    title,
    region: '${AWS::Region}',
    view: 'timeSeries',
    stat: 'Sum',
    period: 60,
    metrics: series.map(seriesOf),
    ...more,
  },
})

export const stacked = { stacked: true }

export const ofDrover = (names: readonly MetricName[]): Series[] =>
  names.map((name) => ({ metric: droverMetric(name), label: name.replace(/^(Operations|Nodes|Provider)/, '') }))

export const perProvider = (name: MetricName, stat?: string): Series[] =>
  providerIds.map((id) => ({ metric: droverMetric(name, id), label: id, ...(stat === undefined ? {} : { stat }) }))

export const perQueue = (name: string): Series[] =>
  providerIds.map((id) => ({ metric: queueMetric(name, id), label: id, stat: 'Maximum' }))

export const perFunction = (name: string, stat?: string): Series[] =>
  functionNames.map((one) => ({ metric: functionMetric(name, one), label: one, ...(stat ? { stat } : {}) }))

/** The widgets of a row stand side by side, the rows below each other. */
export const placed = (lines: readonly (readonly Widget[])[]) => {
  let y = 0
  return lines.flatMap((row) => {
    let x = 0
    const widgets = row.map((widget) => {
      const at = { ...widget, x, y }
      x += widget.width
      return at
    })
    y += Math.max(...row.map(({ height }) => height))
    return widgets
  })
}
