import { functionNames } from '../../infra/function-names.ts'
import { metricNames } from '../../lib/domain/metrics.ts'
import { providerIds } from '../../infra/providers.ts'
import { ofType, textAt } from './packaged.ts'

/** Metrics by their namespace: ours, and of each service those that its documents list and that mean something here. */
export const awsMetrics: Readonly<Record<string, readonly string[]>> = {
  Drover: metricNames,
  // "Types of metrics for Lambda functions"
  'AWS/Lambda': ['Invocations', 'Errors', 'Throttles', 'Duration', 'DestinationDeliveryFailures'],
  // "Available CloudWatch metrics for Amazon SQS"
  'AWS/SQS': ['ApproximateAgeOfOldestMessage', 'ApproximateNumberOfMessagesVisible'],
  // "DynamoDB metrics and dimensions"
  'AWS/DynamoDB': ['ConsumedReadCapacityUnits', 'ConsumedWriteCapacityUnits', 'ThrottledRequests', 'SystemErrors'],
  // "Monitor CloudWatch metrics for HTTP APIs in API Gateway"
  'AWS/ApiGateway': ['4xx', '5xx', 'Count', 'Latency'],
  // "Monitoring Amazon EventBridge Scheduler with Amazon CloudWatch"
  'AWS/Scheduler': [
    'TargetErrorCount',
    'InvocationThrottleCount',
    'InvocationDroppedCount',
    'InvocationsFailedToBeSentToDeadLetterCount',
  ],
  // "Monitoring Amazon EventBridge"
  'AWS/Events': ['InvocationsFailedToBeSentToDlq'],
}

const named = (type: string, property: string) =>
  new Set(ofType(type).map(([, { Properties }]) => textAt(Properties, property)))

const rules = () =>
  new Map(
    ofType('AWS::Events::Rule').map(([, { Properties }]) => [
      textAt(Properties, 'Name'),
      Properties['EventBusName'] === undefined ? undefined : 'drover-dev',
    ]),
  )

type Dimensions = Record<string, unknown>

const only = (dimensions: Dimensions, ...names: string[]) =>
  Object.keys(dimensions).toSorted().join(' ') === names.toSorted().join(' ')

const exist: Readonly<Record<string, (dimensions: Dimensions) => boolean>> = {
  Drover: (found) =>
    found['Stage'] === 'dev' &&
    (only(found, 'Stage') || (only(found, 'Stage', 'Provider') && providerIds.some((id) => id === found['Provider']))),
  'AWS/Lambda': (found) =>
    only(found, 'FunctionName') && functionNames.some((name) => `drover-dev-${name}` === found['FunctionName']),
  'AWS/SQS': (found) =>
    only(found, 'QueueName') && named('AWS::SQS::Queue', 'QueueName').has(String(found['QueueName'])),
  'AWS/DynamoDB': (found) =>
    found['TableName'] === 'drover-dev' && (only(found, 'TableName') || only(found, 'TableName', 'Operation')),
  'AWS/ApiGateway': (found) => only(found, 'ApiId'),
  'AWS/Scheduler': (found) =>
    only(found, 'ScheduleGroup') && named('AWS::Scheduler::ScheduleGroup', 'Name').has(String(found['ScheduleGroup'])),
  'AWS/Events': (found) =>
    rules().has(String(found['RuleName'])) && rules().get(String(found['RuleName'])) === found['EventBusName'],
}

/** Whether a series has the dimensions under which its service publishes it, with values that the template has. */
export const dimensionsThatExist = (namespace: string, dimensions: Dimensions): boolean =>
  exist[namespace]?.(dimensions) ?? false
