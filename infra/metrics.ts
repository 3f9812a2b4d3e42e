import { type MetricName, metricNamespace } from '../lib/domain/metrics.ts'
import { nameOf } from './references.ts'

/** A series of CloudWatch: what alarms watch and the dashboard shows. */
export type Metric = { namespace: string; name: string; dimensions: Readonly<Record<string, string>> }

const stage = '${sls:stage}'

/** A metric of Drover itself, over all providers or of one. */
export const droverMetric = (name: MetricName, provider?: string): Metric => ({
  namespace: metricNamespace,
  name,
  dimensions: provider === undefined ? { Stage: stage } : { Stage: stage, Provider: provider },
})

export const functionMetric = (name: string, functionName: string): Metric => ({
  namespace: 'AWS/Lambda',
  name,
  dimensions: { FunctionName: nameOf(functionName) },
})

export const queueMetric = (name: string, queue: string): Metric => ({
  namespace: 'AWS/SQS',
  name,
  dimensions: { QueueName: nameOf(queue) },
})

/** Of the ledger's table; errors and throttles are counted by operation ("DynamoDB metrics and dimensions"). */
export const tableMetric = (name: string, operation?: string): Metric => ({
  namespace: 'AWS/DynamoDB',
  name,
  dimensions: { TableName: `drover-${stage}`, ...(operation === undefined ? {} : { Operation: operation }) },
})

/** Of the HTTP API; the name of its id is put in by CloudFormation. */
export const apiMetric = (name: string, api: string): Metric => ({
  namespace: 'AWS/ApiGateway',
  name,
  dimensions: { ApiId: api },
})

/** Of all schedules of the group; of which there is one ("Monitoring Amazon EventBridge Scheduler"). */
export const scheduleMetric = (name: string): Metric => ({
  namespace: 'AWS/Scheduler',
  name,
  dimensions: { ScheduleGroup: `drover-${stage}` },
})

/** Of a rule; one on a bus of its own has the bus as a dimension too ("Monitoring Amazon EventBridge"). */
export const ruleMetric = (name: string, rule: string, onOwnBus: boolean): Metric => ({
  namespace: 'AWS/Events',
  name,
  dimensions: { ...(onOwnBus ? { EventBusName: `drover-${stage}` } : {}), RuleName: nameOf(rule) },
})

/** What the functions ask of the table. */
export const tableOperations = ['GetItem', 'PutItem', 'Query', 'UpdateItem'] as const
