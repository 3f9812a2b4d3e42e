import type { SQSEvent } from 'aws-lambda'
import type { QueuedMessage } from './platform.ts'

const attributes = {
  ApproximateReceiveCount: '1',
  SentTimestamp: '0',
  SenderId: 'test',
  ApproximateFirstReceiveTimestamp: '0',
}

/** Messages as an event source mapping delivers them. */
export const sqsEvent = (messages: readonly QueuedMessage[]): SQSEvent => ({
  Records: messages.map(({ id, provider, body, attributes: texts = {} }) => ({
    messageId: id,
    receiptHandle: id,
    body,
    attributes,
    messageAttributes: Object.fromEntries(
      Object.entries(texts).map(([name, stringValue]) => [name, { stringValue, dataType: 'String' }]),
    ),
    md5OfBody: '',
    eventSource: 'aws:sqs',
    eventSourceARN: `arn:aws:sqs:eu-de:000000000000:${provider}`,
    awsRegion: 'eu-de',
  })),
})
