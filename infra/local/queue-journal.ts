import * as z from 'zod'
import { openJournal } from './journal.ts'

const messageSchema = z.object({
  MessageBody: z.string(),
  MessageAttributes: z.record(z.string(), z.unknown()).exactOptional(),
  DelaySeconds: z.number().exactOptional(),
})

const requestSchema = z.object({
  QueueUrl: z.string(),
  Entries: z.array(messageSchema.extend({ Id: z.string() })).default([]),
})

const answerSchema = z.object({
  MessageId: z.string().optional(),
  Successful: z.array(z.object({ Id: z.string(), MessageId: z.string() })).default([]),
})

export type KeptMessage = z.output<typeof messageSchema> & { id: string; queue: string }

type Entry = { sent: KeptMessage } | { done: string }

const unfinished = (entries: Entry[]) => {
  const done = new Set(entries.flatMap((entry) => ('done' in entry ? [entry.done] : [])))
  return entries.filter((entry) => 'sent' in entry && !done.has(entry.sent.id))
}

const takenBy = (request: unknown, answer: unknown): KeptMessage[] => {
  const { QueueUrl, Entries } = requestSchema.parse(request)
  const { MessageId, Successful } = answerSchema.parse(answer)
  const queue = QueueUrl.split('/').at(-1) ?? ''
  if (MessageId !== undefined) return [{ ...messageSchema.parse(request), id: MessageId, queue }]
  const ids = new Map(Successful.map((entry) => [entry.Id, entry.MessageId]))
  return Entries.flatMap(({ Id, ...message }) => {
    const id = ids.get(Id)
    return id === undefined ? [] : [{ ...message, id, queue }]
  })
}

/**
 * The emulator's queues are in memory. With a file, what was sent and not deleted is known after a kill: such messages are
 * delivered again, also those that were in work, as SQS does after their visibility timeout.
 */
export const createQueueJournal = (file?: string) => {
  const journal = openJournal<Entry>(file, unfinished)
  return {
    /** Messages of earlier runs that are still to be worked on. */
    earlier: journal.earlier.flatMap((entry) => ('sent' in entry ? [entry.sent] : [])),
    /** Takes note of what a SendMessage or SendMessageBatch put into a queue, given its request and its answer. */
    note: (action: unknown, request: unknown, answer: unknown) => {
      if (file === undefined || !/^AmazonSQS\.SendMessage(Batch)?$/.test(String(action))) return
      for (const sent of takenBy(request, typeof answer === 'string' ? JSON.parse(answer) : answer))
        journal.add({ sent })
    },
    done: (id: string) => journal.add({ done: id }),
  }
}
