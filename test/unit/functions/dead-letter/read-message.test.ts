import { describe, expect, test } from 'vitest'
import { readMessage } from '../../../../functions/dead-letter/read-message.ts'

const read = (body: unknown, attributes: Record<string, string> = {}) =>
  readMessage({
    messageId: 'message-1',
    body: typeof body === 'string' ? body : JSON.stringify(body),
    messageAttributes: Object.fromEntries(
      Object.entries(attributes).map(([name, stringValue]) => [name, { stringValue, dataType: 'String' }]),
    ),
  })

const requested = {
  version: '0',
  id: 'e1',
  'detail-type': 'Node Operation Requested',
  source: 'team.blue',
  detail: { provider: 'otc-ecs' },
}
const alarm = { ...requested, 'detail-type': 'CloudWatch Alarm State Change', source: 'aws.cloudwatch' }
const scheduled = { provider: 'otc-ecs', action: 'restart' }

/** Lambda developer guide, "Capturing records of Lambda asynchronous invocations", with our function and payload. */
const record = (requestPayload: unknown, changes: Record<string, unknown> = {}) => ({
  version: '1.0',
  timestamp: '2019-11-14T18:16:05.568Z',
  requestContext: {
    requestId: 'e4b46cbf-b738-xmpl-8880-a18cdf61200e',
    functionArn: 'arn:aws:lambda:us-east-2:123456789012:function:drover-dev-ingest:$LATEST',
    condition: 'RetriesExhausted',
    approximateInvokeCount: 3,
  },
  requestPayload,
  responseContext: { statusCode: 200, executedVersion: '$LATEST', functionError: 'Unhandled' },
  responsePayload: { errorMessage: 'Process exited before completing request' },
  ...changes,
})

/** EventBridge user guide, "Using dead-letter queues to process undelivered events". */
const ofRule = {
  RULE_ARN: 'arn:aws:events:us-east-1:123456789012:rule/drover-dev-AlarmRule-1A2B',
  TARGET_ARN: 'arn:aws:lambda:us-east-1:123456789012:function:drover-dev-ingest',
  ERROR_CODE: 'NO_PERMISSIONS',
  ERROR_MESSAGE: 'not authorized to invoke the target',
}

/** EventBridge Scheduler user guide, "Configuring a schedule's dead-letter queue". */
const ofSchedule = {
  ERROR_CODE: 'ResourceNotFoundException',
  ERROR_MESSAGE: 'Function not found',
  EXECUTION_ID: 'ad06616e51cdf74a',
  EXHAUSTED_RETRY_CONDITION: 'MaximumRetryAttempts',
  IS_PAYLOAD_TRUNCATED: 'false',
  RETRY_ATTEMPTS: '0',
  SCHEDULED_TIME: '2022-10-12T21:30:00Z',
  SCHEDULE_ARN: 'arn:aws:scheduler:us-west-2:123456789012:schedule/nightly/restart-fleet',
  TARGET_ARN: 'arn:aws:lambda:us-west-2:123456789012:function:drover-dev-ingest',
}

describe('an event that Lambda gave up', () => {
  test.each([
    ['a request', requested],
    ['an alarm', alarm],
    ['the input of a schedule', scheduled],
  ])('is %s again, known by the invocation that it came with', (_, payload) => {
    expect(read(record(payload))).toEqual({
      body: JSON.stringify(payload),
      purpose: { kind: 'event', invocationId: 'e4b46cbf-b738-xmpl-8880-a18cdf61200e', rule: null },
      reason: 'drover-dev-ingest: RetriesExhausted after 3 attempts: Process exited before completing request',
    })
  })

  test('because it was too old says so, although no function answered', () => {
    const { requestContext } = record(requested)
    const old = { requestContext: { ...requestContext, condition: 'EventAgeExceeded' }, responsePayload: undefined }

    const found = read(record(requested, old))

    expect(found).toMatchObject({ purpose: { kind: 'event' }, reason: expect.stringContaining('EventAgeExceeded') })
  })

  test.each([
    ['what failed says nothing', null],
    ['what failed answered a text', 'killed'],
  ])('is read when %s', (_, responsePayload) => {
    expect(read(record(requested, { responsePayload })).purpose.kind).toBe('event')
  })

  test.each([
    ['had no payload', undefined],
    ['was a call over HTTP, whose caller was told', { routeKey: 'POST /v1/operations', requestContext: { http: {} } }],
    ['was for the poller', { ...requested, 'detail-type': 'Node Operation State Change', source: 'drover' }],
  ])('is kept as it came when it %s', (_, payload) => {
    const body = JSON.stringify(record(payload))

    expect(read(body)).toMatchObject({ body, purpose: { kind: 'unreadable' } })
  })
})

describe('an event that a rule could not deliver', () => {
  test('is that event again', () => {
    expect(read(requested, ofRule)).toEqual({
      body: JSON.stringify(requested),
      purpose: { kind: 'event', invocationId: 'message-1', rule: null },
      reason:
        'rule drover-dev-AlarmRule-1A2B: given up after 0 retries: NO_PERMISSIONS: not authorized to invoke the target',
    })
  })

  test('says what ended its retries', () => {
    const tried = { ...ofRule, EXHAUSTED_RETRY_CONDITION: 'MaximumRetryAttempts', RETRY_ATTEMPTS: '185' }

    expect(read(alarm, tried).reason).toContain('MaximumRetryAttempts after 185 retries')
  })

  test('is not taken for one without the attributes that say so', () => {
    expect(read(requested)).toMatchObject({ purpose: { kind: 'unreadable' } })
  })
})

describe('what a schedule could not deliver', () => {
  test.each([
    ['its input', scheduled],
    [
      'the call with its input',
      { FunctionName: 'ingest', InvocationType: 'Event', Payload: JSON.stringify(scheduled) },
    ],
  ])('is its input again, known by its execution: %s', (_, body) => {
    expect(read(body, ofSchedule)).toEqual({
      body: JSON.stringify(scheduled),
      purpose: { kind: 'event', invocationId: 'ad06616e51cdf74a', rule: null },
      reason:
        'schedule restart-fleet for 2022-10-12T21:30:00Z: given up after 0 retries: ResourceNotFoundException: Function not found',
    })
  })

  test('cannot be put back when its input was cut', () => {
    const body = JSON.stringify(scheduled)

    const found = read(body, { ...ofSchedule, IS_PAYLOAD_TRUNCATED: 'true' })

    expect(found).toMatchObject({ body, purpose: { kind: 'unreadable' }, reason: expect.stringContaining('cut') })
  })

  test('is for nobody when it is the minute of the poller', () => {
    const minute = { ...requested, 'detail-type': 'Scheduled Event', source: 'aws.scheduler', detail: '{}' }

    expect(read(minute, ofSchedule).purpose).toEqual({ kind: 'unreadable' })
  })
})

describe('a message for an invoker', () => {
  test('is about its batch, whichever queue it lies in', () => {
    const body = JSON.stringify({ v: 1, operationId: 'op-1', batchId: 'op-1.0001' })

    expect(read(body)).toEqual({
      body,
      purpose: { kind: 'batch', operationId: 'op-1', batchId: 'op-1.0001' },
      reason: 'delivered too often without success',
    })
  })
})

test.each(['', 'x', 'null', '[]', '{}', '7', '{"v":2,"operationId":"a","batchId":"b"}', '['.repeat(100_000)])(
  'what nobody knows is kept as it came: %.20s',
  (body) => {
    expect(read(body)).toMatchObject({ body, purpose: { kind: 'unreadable' } })
    expect(read(body, ofSchedule)).toMatchObject({ body, purpose: { kind: 'unreadable' } })
    expect(read(body, ofRule)).toMatchObject({ body, purpose: { kind: 'unreadable' } })
  },
)
