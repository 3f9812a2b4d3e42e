import { alarm } from './alarm.ts'
import { functionNames } from './function-names.ts'
import type { MetricName } from '../lib/domain/metrics.ts'
import {
  apiMetric,
  droverMetric,
  functionMetric,
  queueMetric,
  ruleMetric,
  scheduleMetric,
  tableMetric,
  tableOperations,
} from './metrics.ts'
import { logicalOf, providerIds } from './providers.ts'
import { ruleTable } from './rules.ts'

const FIVE_MINUTES = 300

/** How old a message may get, seconds: one that failed comes back after six minutes, so this one has failed twice. */
const OLDEST = 15 * 60

/** An alarm at the first occurrence in five minutes. */
const once = { statistic: 'Sum', period: FIVE_MINUTES, points: 1, threshold: 1 } as const

/** One that passes by itself is worth nobody's time: a quarter of an hour without a pause is. */
const lasting = { ...once, points: 3 } as const

const ofDrover = (name: string, metric: MetricName, description: string, when: typeof once | typeof lasting = once) =>
  alarm({ name, description, metrics: [droverMetric(metric)], ...when })

const oldest = (queue: string, description: string) =>
  alarm({
    name: `oldest-message-${queue}`,
    description,
    metrics: [queueMetric('ApproximateAgeOfOldestMessage', queue)],
    statistic: 'Maximum',
    period: FIVE_MINUTES,
    points: 1,
    threshold: OLDEST,
  })

type Named = [string, ReturnType<typeof alarm>]

const queueAlarms = Object.fromEntries(
  providerIds.flatMap((id): Named[] => [
    [`${logicalOf(id)}OldestMessageAlarm`, oldest(id, `Batches for ${id} are not taken from their queue`)],
    [
      `${logicalOf(id)}OldestDeadLetterAlarm`,
      oldest(`${id}-dead-letter`, `Dead letters of ${id} do not get into the ledger`),
    ],
  ]),
)

const errors = (name: string): Named => [
  `${logicalOf(name)}ErrorsAlarm`,
  alarm({
    name: `errors-${name}`,
    description: `The function ${name} crashed or ran out of time`,
    metrics: [functionMetric('Errors', name)],
    ...once,
  }),
]

const throttles = (name: string): Named => [
  `${logicalOf(name)}ThrottlesAlarm`,
  alarm({
    name: `throttles-${name}`,
    description: `The account's concurrency leaves no room for the function ${name}`,
    metrics: [functionMetric('Throttles', name)],
    ...lasting,
  }),
]

/** Of the poller two may run, by design: whatever wakes a third one is throttled, and nothing is lost by it. */
const functionAlarms = Object.fromEntries([
  ...functionNames.map(errors),
  ...functionNames.filter((name) => name !== 'poller').map(throttles),
])

/** What an operator is woken for. Each has its part in docs/operate.md. */
export const alarms = {
  DeadLettersAlarm: ofDrover('dead-letters', 'DeadLetters', 'Something could not be worked on and was put aside'),
  OldestUndeliveredAlarm: oldest('undelivered', 'What reached nobody does not get into the ledger'),
  OutcomeUnknownAlarm: ofDrover('outcome-unknown', 'OutcomeUnknown', 'A cloud did not say whether it took a batch'),
  NeedsAttentionAlarm: ofDrover(
    'needs-attention',
    'OperationsNeedAttention',
    'An operation ended with nodes of which nobody knows what became of them',
  ),
  CredentialRefusedAlarm: ofDrover(
    'credential-refused',
    'CredentialRefused',
    'A cloud refuses a credential, and Drover does not use it any more',
  ),
  PlatformRefusalsAlarm: ofDrover(
    'platform-refusals',
    'PlatformRefusals',
    'SQS or EventBridge keeps refusing what Drover sends',
    lasting,
  ),
  WorkFailingAlarm: ofDrover(
    'work-failing',
    'WorkFailures',
    'The poller keeps failing on something that is due',
    lasting,
  ),
  PollerNotRunningAlarm: alarm({
    name: 'poller-not-running',
    description: 'The poller was not started for five minutes: nothing is followed, resent or published',
    metrics: [functionMetric('Invocations', 'poller')],
    statistic: 'Sum',
    period: 60,
    points: 5,
    comparison: 'LessThanThreshold',
    threshold: 1,
    missing: 'breaching',
  }),
  ScheduleAlarm: alarm({
    name: 'schedule',
    description: 'EventBridge Scheduler could not start the poller',
    metrics: [
      'TargetErrorCount',
      'InvocationThrottleCount',
      'InvocationDroppedCount',
      'InvocationsFailedToBeSentToDeadLetterCount',
    ].map(scheduleMetric),
    ...once,
  }),
  EventsLostAlarm: alarm({
    name: 'events-lost',
    description: 'An event reached neither its function nor the last queue',
    metrics: [
      functionMetric('DestinationDeliveryFailures', 'ingest'),
      ...Object.values(ruleTable).map(({ name, bus }) =>
        ruleMetric('InvocationsFailedToBeSentToDlq', name, bus !== undefined),
      ),
    ],
    ...once,
  }),
  ApiErrorsAlarm: alarm({
    name: 'api-errors',
    description: 'The HTTP API answers with errors of its own (5xx)',
    metrics: [apiMetric('5xx', '${HttpApi}')],
    ...once,
  }),
  TableThrottlesAlarm: alarm({
    name: 'table-throttles',
    description: 'DynamoDB throttles the ledger',
    metrics: tableOperations.map((operation) => tableMetric('ThrottledRequests', operation)),
    ...lasting,
  }),
  TableErrorsAlarm: alarm({
    name: 'table-errors',
    description: 'DynamoDB fails to answer for the ledger',
    metrics: tableOperations.map((operation) => tableMetric('SystemErrors', operation)),
    ...lasting,
  }),
  ...queueAlarms,
  ...functionAlarms,
}
