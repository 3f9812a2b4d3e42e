import { setTimeout as sleep } from 'node:timers/promises'
import * as z from 'zod'
import type { LocalFunction } from './lambda.ts'
import type { Queues } from './queues.ts'
import type { Place } from './resource-types.ts'
import { messageSchema, sqsEvent, succeeded, type Message } from './sqs-event.ts'
import { TemplateError } from './template-error.ts'
import type { Template } from './template.ts'

const mappingSchema = z.strictObject({
  EventSourceArn: z.string(),
  FunctionName: z.string(),
  BatchSize: z.number().default(10),
  MaximumBatchingWindowInSeconds: z.number().default(0),
  Enabled: z.boolean().default(true),
  FunctionResponseTypes: z.array(z.literal('ReportBatchItemFailures')).default([]),
  ScalingConfig: z.strictObject({ MaximumConcurrency: z.number() }).default({ MaximumConcurrency: 5 }),
  Tags: z.unknown().optional(),
})

type Mapping = z.output<typeof mappingSchema>

type Options = {
  place: Place
  queues: Queues
  functionOf: (arn: string) => LocalFunction | undefined
  timeScale: number
  log: (line: string) => void
}

/** SQS gives at most ten messages an answer, and waits at most 20 s for the first. */
const receiveLimit = 10
const longPoll = 20

const receiver =
  (queueUrl: string, { queues }: Options, signal: AbortSignal) =>
  async (count: number, wait: number) => {
    const { Messages: messages } = await queues.call(
      'ReceiveMessage',
      {
        QueueUrl: queueUrl,
        MaxNumberOfMessages: Math.min(count, receiveLimit),
        WaitTimeSeconds: wait,
        MessageSystemAttributeNames: ['All'],
        MessageAttributeNames: ['All'],
      },
      signal,
    )
    return z.array(messageSchema).parse(messages ?? [])
  }

/** A batch: what comes with the first message, and more until the batch is full or its window has passed. */
const nextBatch = async (receive: ReturnType<typeof receiver>, mapping: Mapping, timeScale: number) => {
  const messages = await receive(mapping.BatchSize, longPoll)
  const end = Date.now() + (mapping.MaximumBatchingWindowInSeconds * 1000) / timeScale
  while (messages.length > 0 && messages.length < mapping.BatchSize && Date.now() < end) {
    const seconds = Math.ceil((end - Date.now()) / 1000)
    messages.push(...(await receive(mapping.BatchSize - messages.length, seconds)))
  }
  return messages
}

const deliver = async (
  messages: Message[],
  mapping: Mapping,
  queueUrl: string,
  local: LocalFunction,
  options: Options,
) => {
  const source = { arn: mapping.EventSourceArn, region: options.place.region }
  const outcome = await local.invoke(JSON.stringify(sqsEvent(messages, source)))
  if (!outcome?.ok) {
    const { errorType, errorMessage } = outcome?.error ?? { errorType: 'Unknown', errorMessage: '' }
    return options.log(`${local.name}: ${errorType}: ${errorMessage} (${messages.length} messages stay in the queue)`)
  }
  const reports = mapping.FunctionResponseTypes.length > 0
  const done = reports ? succeeded(messages, outcome.payload) : messages
  await Promise.all(done.map((message) => options.queues.delete(queueUrl, message)))
}

/** Polls one queue for one function, with at most MaximumConcurrency batches in work, until the signal. */
const poll = async (mapping: Mapping, local: LocalFunction, options: Options, signal: AbortSignal) => {
  const queueUrl = options.queues.queueUrl(mapping.EventSourceArn.split(':').at(-1) ?? '')
  const receive = receiver(queueUrl, options, signal)
  const working = new Set<Promise<void>>()

  while (!signal.aborted) {
    if (working.size >= mapping.ScalingConfig.MaximumConcurrency) await Promise.race(working)
    try {
      const messages = await nextBatch(receive, mapping, options.timeScale)
      if (messages.length === 0) continue
      const work = deliver(messages, mapping, queueUrl, local, options)
        .catch((error: unknown) => signal.aborted || options.log(`${local.name}: ${String(error)}`))
        .then(() => void working.delete(work))
      working.add(work)
    } catch (error) {
      if (signal.aborted) return
      options.log(`${local.name}: receiving from ${queueUrl} failed: ${String(error)}`)
      await sleep(1000, undefined, { signal }).catch(() => {})
    }
  }
}

/** Starts every event source mapping of the template; answers how to stop them. */
export const startMappings = (template: Template, options: Options) => {
  const stopping = new AbortController()
  const mappings = template
    .ofType('AWS::Lambda::EventSourceMapping', mappingSchema)
    .filter(({ properties }) => properties.Enabled)
    .map(({ logicalId, properties }) => {
      const local = options.functionOf(properties.FunctionName)
      if (!local) throw new TemplateError(`${logicalId}: ${properties.FunctionName} is no function of this stack`)
      return { properties, local }
    })
  const polling = mappings.map(({ properties, local }) => poll(properties, local, options, stopping.signal))
  return {
    close: async () => {
      stopping.abort()
      await Promise.all(polling)
    },
  }
}
