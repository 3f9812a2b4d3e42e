import { alarms } from './alarms.ts'
import { functionNames } from './function-names.ts'
import { apiMetric, queueMetric, tableMetric, tableOperations } from './metrics.ts'
import { nameOf, sub } from './references.ts'
import {
  chart,
  HEIGHT,
  ofDrover,
  perFunction,
  perProvider,
  perQueue,
  placed,
  stacked,
  type Widget,
  WIDTH,
} from './widgets.ts'

const alarmNames = Object.values(alarms).map(({ Properties }) => Properties.AlarmName)

/** All alarms at a glance, the red ones first. */
const alarmStates: Widget = {
  type: 'alarm',
  width: WIDTH,
  height: 4,
  properties: {
    title: 'Alarms (docs/operate.md)',
    sortBy: 'stateUpdatedTimestamp',
    alarms: alarmNames.map(
      (name) => `arn:\${AWS::Partition}:cloudwatch:\${AWS::Region}:\${AWS::AccountId}:alarm:${name}`,
    ),
  },
}

const complaints: Widget = {
  type: 'log',
  width: WIDTH,
  height: HEIGHT,
  properties: {
    title: 'What the functions complain about',
    region: '${AWS::Region}',
    view: 'table',
    query: [
      ...functionNames.map((name) => `SOURCE '/aws/lambda/${nameOf(name)}'`),
      'fields time, level, service, message, operationId, batchId, error.message',
      'filter level in ["warn", "error"]',
      'sort @timestamp desc',
      'limit 50',
    ].join(' | '),
  },
}

const API = '${HttpApi}'

/** In the order of an operator's questions: is something wrong, what is done, how do the clouds take it, what is stuck. */
const rows: readonly (readonly Widget[])[] = [
  [alarmStates],
  [
    chart('Operations', 12, [
      ...ofDrover(['OperationsAccepted', 'OperationsSucceeded', 'OperationsPartial', 'OperationsFailed']),
      ...ofDrover(['OperationsCancelled', 'OperationsNeedAttention']),
    ]),
    chart('Nodes by outcome', 12, ofDrover(['NodesSucceeded', 'NodesFailed', 'NodesSkipped', 'NodesUnknown']), stacked),
  ],
  [
    chart('Accepted operations by provider', 8, perProvider('OperationsAccepted'), stacked),
    chart('Detection delay by provider, median, ms', 8, perProvider('DetectionDelay', 'p50')),
    chart('Detection delay by provider, p99, ms', 8, perProvider('DetectionDelay', 'p99')),
  ],
  [
    chart('Calls to providers', 8, perProvider('ProviderCalls'), stacked),
    chart('Providers throttle', 8, perProvider('ProviderThrottles'), stacked),
    chart('Providers fail or do not answer', 8, perProvider('ProviderErrors'), stacked),
  ],
  [
    chart(
      'A person should look',
      12,
      ofDrover(['OutcomeUnknown', 'CredentialRefused', 'DeadLetters', 'PlatformRefusals', 'WorkFailures']),
    ),
    chart('Nodes of unknown outcome by provider', 12, perProvider('NodesUnknown'), stacked),
  ],
  [
    chart('Messages waiting', 8, perQueue('ApproximateNumberOfMessagesVisible')),
    chart('Oldest message, s', 8, perQueue('ApproximateAgeOfOldestMessage')),
    chart('Messages that reached nobody', 8, [
      {
        metric: queueMetric('ApproximateNumberOfMessagesVisible', 'undelivered'),
        label: 'undelivered',
        stat: 'Maximum',
      },
    ]),
  ],
  [
    chart('Invocations', 6, perFunction('Invocations'), stacked),
    chart('Errors', 6, perFunction('Errors'), stacked),
    chart('Throttles', 6, perFunction('Throttles'), stacked),
    chart('Duration, p99, ms', 6, perFunction('Duration', 'p99')),
  ],
  [
    chart('HTTP', 8, [
      { metric: apiMetric('Count', API), label: 'requests' },
      { metric: apiMetric('4xx', API), label: '4xx' },
      { metric: apiMetric('5xx', API), label: '5xx' },
    ]),
    chart('HTTP latency, ms', 8, [
      { metric: apiMetric('Latency', API), label: 'median', stat: 'p50' },
      { metric: apiMetric('Latency', API), label: 'p99', stat: 'p99' },
    ]),
    chart('Ledger', 8, [
      { metric: tableMetric('ConsumedReadCapacityUnits'), label: 'read units' },
      { metric: tableMetric('ConsumedWriteCapacityUnits'), label: 'write units' },
      ...tableOperations.map((one) => ({ metric: tableMetric('ThrottledRequests', one), label: `${one} throttled` })),
    ]),
  ],
  [complaints],
]

export const dashboard = {
  Dashboard: {
    Type: 'AWS::CloudWatch::Dashboard',
    Properties: {
      DashboardName: 'drover-${sls:stage}',
      DashboardBody: sub(JSON.stringify({ start: '-PT12H', widgets: placed(rows) })),
    },
  },
}
