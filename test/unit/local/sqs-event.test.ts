import { describe, expect, test } from 'vitest'
import { messageSchema, sqsEvent, succeeded } from '../../../infra/local/sqs-event.ts'

const message = (id: string) =>
  messageSchema.parse({
    MessageId: id,
    ReceiptHandle: `handle-${id}`,
    MD5OfBody: 'md5',
    Body: 'body',
    Attributes: { ApproximateReceiveCount: '2' },
    MessageAttributes: { trace: { DataType: 'String', StringValue: 't' } },
  })

const messages = ['a', 'b', 'c'].map(message)

const idsOf = (payload: unknown) => succeeded(messages, JSON.stringify(payload)).map(({ MessageId }) => MessageId)

describe('a batch of messages', () => {
  test('comes to the function as Lambda gives it', () => {
    const event = sqsEvent([message('a')], {
      arn: 'arn:aws:sqs:eu-central-1:000000000000:jobs',
      region: 'eu-central-1',
    })

    expect(event.Records).toEqual([
      {
        messageId: 'a',
        receiptHandle: 'handle-a',
        body: 'body',
        attributes: { ApproximateReceiveCount: '2' },
        messageAttributes: {
          trace: { stringValue: 't', stringListValues: [], binaryListValues: [], dataType: 'String' },
        },
        md5OfBody: 'md5',
        eventSource: 'aws:sqs',
        eventSourceARN: 'arn:aws:sqs:eu-central-1:000000000000:jobs',
        awsRegion: 'eu-central-1',
      },
    ])
  })

  test.each([
    ['nothing', null],
    ['an empty object', {}],
    ['no failures', { batchItemFailures: [] }],
    ['null failures', { batchItemFailures: null }],
  ])('is done as a whole when the function answers %s', (_, payload) => {
    expect(idsOf(payload)).toEqual(['a', 'b', 'c'])
  })

  test('keeps only the messages that the function reports', () => {
    expect(idsOf({ batchItemFailures: [{ itemIdentifier: 'b' }] })).toEqual(['a', 'c'])
  })

  test.each([
    ['an empty identifier', { batchItemFailures: [{ itemIdentifier: '' }] }],
    ['an identifier under another name', { batchItemFailures: [{ messageId: 'a' }] }],
    ['an identifier of no message', { batchItemFailures: [{ itemIdentifier: 'z' }] }],
    ['a null identifier', { batchItemFailures: [{ itemIdentifier: null }] }],
    ['text', 'done'],
  ])('failed as a whole when the function answers %s', (_, payload) => {
    expect(idsOf(payload)).toEqual([])
  })
})
