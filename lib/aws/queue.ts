import { SendMessageBatchCommand, type SQSClient } from '@aws-sdk/client-sqs'
import type { BatchMessage, Dispatcher } from '../domain/ports.ts'
import { mapLimit } from '../domain/map-limit.ts'
import { batchMessageBody } from '../domain/batch-message.ts'
import { refusalOf, type Refusal } from './refusal.ts'

/** What SQS takes in one call. */
const MESSAGES_PER_CALL = 10
const CALLS_AT_ONCE = 4

type Needs = {
  client: SQSClient
  /** Throws for a provider without a queue. */
  queueUrlOf: (provider: string) => string
  /** Told why messages were not taken; they are sent again by whoever finds them in the ledger. */
  onRefusal?: (refusal: Refusal) => void
}

/**
 * Sends batches to the queues of their providers. A call that failed as a whole counts as if none of its messages was taken:
 * a message too many does no harm, as a batch is claimed before it is submitted.
 */
export const createDispatcher = ({ client, queueUrlOf, onRefusal }: Needs): Dispatcher => {
  const sendChunk = async (queueUrl: string, chunk: readonly BatchMessage[]): Promise<readonly BatchMessage[]> => {
    const entries = chunk.map((message, i) => ({ Id: String(i), MessageBody: batchMessageBody(message) }))
    try {
      const { Successful, Failed } = await client.send(
        new SendMessageBatchCommand({ QueueUrl: queueUrl, Entries: entries }),
      )
      for (const { Code, Message } of Failed ?? [])
        onRefusal?.({ count: 1, code: Code ?? 'Unknown', reason: Message ?? '' })
      const taken = new Set(Successful?.map(({ Id }) => Id))
      return chunk.filter((_, i) => !taken.has(String(i)))
    } catch (error) {
      onRefusal?.(refusalOf(error, chunk.length))
      return chunk
    }
  }

  return {
    send: async (provider, messages) => {
      const queueUrl = queueUrlOf(provider)
      const chunks = Array.from({ length: Math.ceil(messages.length / MESSAGES_PER_CALL) }, (_, i) =>
        messages.slice(i * MESSAGES_PER_CALL, (i + 1) * MESSAGES_PER_CALL),
      )
      const refused = await mapLimit(chunks, CALLS_AT_ONCE, (chunk) => sendChunk(queueUrl, chunk))
      return new Set(refused.flat().map(({ batchId }) => batchId))
    },
  }
}
