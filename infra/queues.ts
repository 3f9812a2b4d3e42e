import { logicalOf, providerIds } from './providers.ts'
import { arnOf, localArn, nameOf } from './references.ts'

const days = (count: number) => count * 24 * 60 * 60

/** Seconds an invoker may run: its provider call, and the ledger writes around it. */
export const invokerTimeout = 60
/** Seconds the function may run that keeps dead letters. */
export const deadLetterTimeout = 30

const queue = (name: string, properties: Record<string, unknown>) => ({
  Type: 'AWS::SQS::Queue',
  Properties: { QueueName: nameOf(name), SqsManagedSseEnabled: true, ...properties },
})

/**
 * The queue of one provider and the one its failed messages go to. Lambda asks for a visibility of at least six times the
 * function's timeout plus the batch window (which is 0 here), so that a throttled invoker does not use up the attempts.
 */
const queuesOf = (id: string) => ({
  [`${logicalOf(id)}Queue`]: queue(id, {
    VisibilityTimeout: 6 * invokerTimeout,
    MessageRetentionPeriod: days(4),
    RedrivePolicy: { deadLetterTargetArn: arnOf(`${logicalOf(id)}DeadLetterQueue`), maxReceiveCount: 5 },
  }),
  [`${logicalOf(id)}DeadLetterQueue`]: queue(`${id}-dead-letter`, {
    VisibilityTimeout: 6 * deadLetterTimeout,
    MessageRetentionPeriod: days(14),
    RedrivePolicy: { deadLetterTargetArn: arnOf('UndeliveredQueue'), maxReceiveCount: 5 },
    // By name: a reference to the queue, which refers to this one, would be a circle.
    RedriveAllowPolicy: { redrivePermission: 'byQueue', sourceQueueArns: [localArn('sqs', nameOf(id))] },
  }),
})

/**
 * Every provider's queues, and the last stop of whatever nothing could handle: events, and what could not be kept as a letter
 * before. What cannot be kept here either stays and is tried again until its retention is over.
 */
export const queues = {
  ...Object.fromEntries(providerIds.flatMap((id) => Object.entries(queuesOf(id)))),
  UndeliveredQueue: queue('undelivered', {
    VisibilityTimeout: 6 * deadLetterTimeout,
    MessageRetentionPeriod: days(14),
  }),
}
