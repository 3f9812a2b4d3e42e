/** The namespace of Drover's own metrics. */
export const metricNamespace = 'Drover'

/**
 * Every metric that the functions publish, by `Stage` alone and, but for those that know of no provider, by `Stage` and
 * `Provider`. Alarms and dashboard are made of these names and of no other.
 */
export const metricNames = [
  'OperationsAccepted',
  'OperationsSucceeded',
  'OperationsPartial',
  'OperationsFailed',
  'OperationsCancelled',
  'OperationsNeedAttention',
  'NodesSucceeded',
  'NodesFailed',
  'NodesSkipped',
  'NodesUnknown',
  'DetectionDelay',
  'ProviderCalls',
  'ProviderErrors',
  'ProviderThrottles',
  'OutcomeUnknown',
  'CredentialRefused',
  'DeadLetters',
  'PlatformRefusals',
] as const

export type MetricName = (typeof metricNames)[number]
