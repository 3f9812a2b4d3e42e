import * as z from 'zod'

/** A message as ReceiveMessage answers it. */
export const messageSchema = z.object({
  MessageId: z.string(),
  ReceiptHandle: z.string(),
  MD5OfBody: z.string(),
  Body: z.string(),
  Attributes: z.record(z.string(), z.string()).default({}),
  MessageAttributes: z
    .record(
      z.string(),
      z.object({ DataType: z.string(), StringValue: z.string().optional(), BinaryValue: z.string().optional() }),
    )
    .default({}),
})

export type Message = z.output<typeof messageSchema>

/** The event that Lambda makes of a batch of messages (Lambda developer guide, "Using Lambda with Amazon SQS"). */
export const sqsEvent = (messages: Message[], { arn, region }: { arn: string; region: string }) => ({
  Records: messages.map((message) => ({
    messageId: message.MessageId,
    receiptHandle: message.ReceiptHandle,
    body: message.Body,
    attributes: message.Attributes,
    messageAttributes: Object.fromEntries(
      Object.entries(message.MessageAttributes).map(([name, { DataType, StringValue, BinaryValue }]) => [
        name,
        {
          ...(StringValue === undefined ? {} : { stringValue: StringValue }),
          ...(BinaryValue === undefined ? {} : { binaryValue: BinaryValue }),
          stringListValues: [],
          binaryListValues: [],
          dataType: DataType,
        },
      ]),
    ),
    md5OfBody: message.MD5OfBody,
    eventSource: 'aws:sqs',
    eventSourceARN: arn,
    awsRegion: region,
  })),
})

const responseSchema = z
  .looseObject({
    batchItemFailures: z.array(z.looseObject({ itemIdentifier: z.string().min(1) })).nullish(),
  })
  .nullable()

/**
 * The messages that may be deleted after an invocation answered `payload`. Lambda developer guide, "Reporting batch item
 * failures for SQS": no response, an empty one or an empty list is a complete success; anything that cannot be read, or an
 * identifier that is empty or of no message, is a complete failure.
 */
export const succeeded = (messages: Message[], payload: string): Message[] => {
  const response = responseSchema.safeParse(JSON.parse(payload))
  if (!response.success) return []
  const failed = new Set(response.data?.batchItemFailures?.map(({ itemIdentifier }) => itemIdentifier))
  const known = new Set(messages.map(({ MessageId }) => MessageId))
  if ([...failed].some((id) => !known.has(id))) return []
  return messages.filter(({ MessageId }) => !failed.has(MessageId))
}
