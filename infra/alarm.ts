import type { Metric } from './metrics.ts'
import { nameOf } from './references.ts'

type Condition = {
  /** What it is called after `drover-<stage>-`: the heading of its part of docs/operate.md begins with it. */
  name: string
  description: string
  /** One series, or several whose sum is watched. */
  metrics: readonly Metric[]
  statistic: 'Sum' | 'Maximum'
  /** Seconds of one point. */
  period: number
  /** How many points in a row must be over (or under) the threshold. */
  points: number
  comparison?: 'GreaterThanOrEqualToThreshold' | 'LessThanThreshold'
  threshold: number
  /** What a point without data means; nothing bad, unless it is the lack itself that is watched. */
  missing?: 'notBreaching' | 'breaching'
}

const dimensionsOf = ({ dimensions }: Metric) =>
  // API Gateway gives the API its id: the only dimension that is not known before the deployment.
  Object.entries(dimensions).map(([Name, value]) => ({
    Name,
    Value: value === '${HttpApi}' ? { Ref: 'HttpApi' } : value,
  }))

const metricOf = (metric: Metric) => ({
  Namespace: metric.namespace,
  MetricName: metric.name,
  Dimensions: dimensionsOf(metric),
})

/** The one series as it is, or the sum of several, of which those without data count as nothing. */
const watched = ({ metrics, statistic, period }: Condition) => {
  const [only, ...more] = metrics
  if (only === undefined) throw new Error('an alarm watches something')
  if (more.length === 0) return { ...metricOf(only), Statistic: statistic, Period: period }
  const ids = metrics.map((_, i) => `m${i + 1}`)
  return {
    Metrics: [
      {
        Id: 'total',
        Label: 'total',
        Expression: ids.map((id) => `FILL(${id}, 0)`).join(' + '),
        ReturnData: true,
      },
      ...metrics.map((metric, i) => ({
        Id: ids[i],
        MetricStat: { Metric: metricOf(metric), Stat: statistic, Period: period },
        ReturnData: false,
      })),
    ],
  }
}

/** An alarm that tells the topic when something begins and when it is over. */
export const alarm = (condition: Condition) => ({
  Type: 'AWS::CloudWatch::Alarm',
  Properties: {
    AlarmName: nameOf(condition.name),
    AlarmDescription: `${condition.description} (docs/operate.md)`,
    ...watched(condition),
    EvaluationPeriods: condition.points,
    ComparisonOperator: condition.comparison ?? 'GreaterThanOrEqualToThreshold',
    Threshold: condition.threshold,
    TreatMissingData: condition.missing ?? 'notBreaching',
    AlarmActions: [{ Ref: 'AlarmTopic' }],
    OKActions: [{ Ref: 'AlarmTopic' }],
  },
})
