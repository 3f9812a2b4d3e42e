import type { BusEvent } from '../../infra/local/bus.ts'
import type { BatchIdentity, Ended } from '../../lib/domain/batch.ts'
import { jobChanges, operationChange, type StateChange } from '../../lib/domain/events.ts'
import type { Operation } from '../../lib/domain/operation.ts'
import { aRunning, anEnded, anOperation, T0 } from './builders.ts'
import { restartOf } from './requests.ts'

/** An event as EventBridge hands it to rules. */
export type Sample = Omit<BusEvent, 'detail'> & { detail: unknown }

const envelope = (source: string, detailType: string, detail: unknown): Sample => ({
  version: '0',
  id: '7bf73129-1428-4cd3-a780-95db273d1602',
  'detail-type': detailType,
  source,
  account: '123456789012',
  time: '2026-01-05T10:00:00Z',
  region: 'eu-central-1',
  resources: [],
  detail,
})

const ofDrover = ({ detailType, detail }: StateChange) => envelope('drover', detailType, detail)

const ends: readonly Operation['status'][] = ['SUCCEEDED', 'PARTIAL', 'FAILED', 'CANCELLED', 'NEEDS_ATTENTION']

export const runningOperation = ofDrover(operationChange(anOperation()))

/** An operation's last event, for each way in which it can end. */
export const endedOperations = ends.map((status) =>
  ofDrover(operationChange(anOperation({ status, endedAt: T0 + 60_000 }))),
)

const batchEnds: readonly (BatchIdentity & Ended)['state'][] = [
  'SUCCEEDED',
  'PARTIAL',
  'FAILED',
  'TIMED_OUT',
  'NEEDS_ATTENTION',
  'CANCELLED',
  'SKIPPED',
]

/** What Drover says of batches: one runs, and each way to end. */
export const jobEvents = [aRunning(), ...batchEnds.map((state) => anEnded({ state }))].flatMap((batch) =>
  jobChanges(batch, []).map(ofDrover),
)

/** Everything that Drover publishes. */
export const droverEvents = [runningOperation, ...endedOperations, ...jobEvents]

/** A request from an application. */
export const requested = envelope('my.application', 'Node Operation Requested', restartOf('otc-ecs', 2))

/** CloudWatch user guide, "Alarm events and EventBridge": an alarm of one metric that went into a state. */
export const alarmOf = (alarmName: string, value: 'ALARM' | 'OK' | 'INSUFFICIENT_DATA' = 'ALARM'): Sample => ({
  ...envelope('aws.cloudwatch', 'CloudWatch Alarm State Change', {
    alarmName,
    state: { value, reason: 'Threshold crossed', reasonData: '{}', timestamp: '2026-01-05T09:59:58.123+0000' },
    previousState: { value: value === 'OK' ? 'ALARM' : 'OK', timestamp: '2026-01-05T09:00:00.000+0000' },
    configuration: {
      metrics: [
        {
          id: '31a9d3c3-0000-4000-8000-000000000000',
          metricStat: {
            metric: { namespace: 'Fleet', name: 'Reachable', dimensions: { ServerId: 'a' } },
            period: 60,
            stat: 'Minimum',
          },
          returnData: true,
        },
      ],
    },
  }),
  resources: [`arn:aws:cloudwatch:eu-central-1:123456789012:alarm:${alarmName}`],
})

/** What EventBridge itself says every so often, where somebody has a rule on a schedule. */
export const scheduledEvent = envelope('aws.events', 'Scheduled Event', {})
