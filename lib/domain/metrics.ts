import type { EndStatus } from './operation.ts'
import type { Counts, FinalOutcome } from './outcome.ts'

/** The namespace of Drover's own metrics in CloudWatch. */
export const metricNamespace = 'Drover'

/** What is counted of a provider, and its unit. */
const ofProvider = {
  /** An operation was accepted; a repetition of its request is none. */
  OperationsAccepted: 'Count',
  OperationsSucceeded: 'Count',
  OperationsPartial: 'Count',
  OperationsFailed: 'Count',
  OperationsCancelled: 'Count',
  OperationsNeedAttention: 'Count',
  NodesSucceeded: 'Count',
  NodesFailed: 'Count',
  NodesSkipped: 'Count',
  NodesUnknown: 'Count',
  /** From a job's end by the provider's own word and clock to our knowing of it; 0 when the clocks say less. */
  DetectionDelay: 'Milliseconds',
  /** Every request that may have reached the provider. */
  ProviderCalls: 'Count',
  /** Of those: answers 5xx, and answers that were lost. */
  ProviderErrors: 'Count',
  /** Answers that mean "later": over the provider's limit, or busy. Waiting for our own limit is none. */
  ProviderThrottles: 'Count',
  /** A batch became OUTCOME_UNKNOWN. */
  OutcomeUnknown: 'Count',
  /** A credential was refused, and is not tried again for a while. */
  CredentialRefused: 'Count',
} as const

/** What is counted of the platform, and its unit. */
const ofPlatform = {
  /** A message or an event was kept as a dead letter. */
  DeadLetters: 'Count',
  /** An entry that SQS or EventBridge did not take. */
  PlatformRefusals: 'Count',
  /** Something that is due could not be worked on; it is tried again. */
  WorkFailures: 'Count',
} as const

export type ProviderMetric = keyof typeof ofProvider
export type PlatformMetric = keyof typeof ofPlatform
export type MetricName = ProviderMetric | PlatformMetric

/** Everything that is counted, with its unit as CloudWatch writes it. Alarms and the dashboard go by these names. */
export const metricUnits = { ...ofProvider, ...ofPlatform } as const satisfies Record<MetricName, string>

// The keys of an object of ours are its keys and no others.
export const metricNames = Object.keys(metricUnits) as readonly MetricName[]

/**
 * Counts facts where they become true: after the conditional write that made them so, by whoever won it. A message that is
 * delivered again finds the fact in the ledger and counts nothing; a process that dies before `flush` takes with it what it
 * had counted. So a count may be too low by what was lost in a crash, and is never doubled by us.
 */
export type Metrics = {
  count: {
    /** @param value how many, or a duration in ms; 0 of a count says nothing and is left out */
    (name: ProviderMetric, value: number, provider: string): void
    (name: PlatformMetric, value: number): void
  }
  /** Hands on what was counted until now: at the end of every invocation, and now and then in a long one. */
  flush: () => void
}

const nodesBy = {
  succeeded: 'NodesSucceeded',
  failed: 'NodesFailed',
  skipped: 'NodesSkipped',
  unknown: 'NodesUnknown',
} as const satisfies Record<FinalOutcome, ProviderMetric>

/** Counts the nodes of a batch that has ended, by outcome. */
export const countNodes = (batch: { provider: string; counts: Counts }, metrics: Metrics): void => {
  for (const [outcome, name] of Object.entries(nodesBy)) {
    // The keys are those of the table above.
    metrics.count(name, batch.counts[outcome as FinalOutcome], batch.provider)
  }
}

/** The metric of an operation's end. */
export const operationsEnded = {
  SUCCEEDED: 'OperationsSucceeded',
  PARTIAL: 'OperationsPartial',
  FAILED: 'OperationsFailed',
  CANCELLED: 'OperationsCancelled',
  NEEDS_ATTENTION: 'OperationsNeedAttention',
} as const satisfies Record<EndStatus, ProviderMetric>
