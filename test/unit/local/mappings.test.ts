import { afterEach, describe, expect, test } from 'vitest'
import { startMappings } from '../../../infra/local/mappings.ts'
import { startQueues } from '../../../infra/local/queues.ts'
import { localFunction } from '../../helpers/local-function.ts'
import { place, templateOf } from '../../helpers/template.ts'

const stops: Array<() => Promise<void> | void> = []
afterEach(async () => {
  await Promise.all(stops.splice(0).map(async (stop) => stop()))
})

/** A queue `jobs` with a dead-letter queue `dead`, and a function that consumes it. */
const start = async (mapping: Record<string, unknown> = {}) => {
  const queues = await startQueues({ region: place.region })
  const template = templateOf(
    {
      Jobs: [
        'AWS::SQS::Queue',
        {
          QueueName: 'jobs',
          VisibilityTimeout: 60,
          RedrivePolicy: { deadLetterTargetArn: { 'Fn::GetAtt': ['Dead', 'Arn'] }, maxReceiveCount: 1 },
        },
      ],
      Dead: ['AWS::SQS::Queue', { QueueName: 'dead' }],
      Mapping: [
        'AWS::Lambda::EventSourceMapping',
        {
          EventSourceArn: { 'Fn::GetAtt': ['Jobs', 'Arn'] },
          FunctionName: 'consume',
          BatchSize: 10,
          FunctionResponseTypes: ['ReportBatchItemFailures'],
          ...mapping,
        },
      ],
    },
    { queueUrl: queues.queueUrl },
  )
  await queues.create(template, 60)
  const local = localFunction('consume')
  const lines: string[] = []
  stops.push(queues.close, local.close)
  return {
    queues,
    lines,
    /** Sends before anything listens, so that the messages come as one batch. */
    consume: async (...bodies: string[]) => {
      await queues.call('SendMessageBatch', {
        QueueUrl: queues.queueUrl('jobs'),
        Entries: bodies.map((MessageBody, index) => ({ Id: String(index), MessageBody })),
      })
      const log = (line: string) => lines.push(line)
      const mappings = startMappings(template, { place, queues, functionOf: () => local, timeScale: 60, log })
      stops.push(mappings.close)
    },
    count: async (queue: string) => {
      const { Attributes } = await queues.call('GetQueueAttributes', {
        QueueUrl: queues.queueUrl(queue),
        AttributeNames: ['All'],
      })
      const attributes = Attributes as Record<string, string>
      return {
        waiting: Number(attributes['ApproximateNumberOfMessages']),
        inWork: Number(attributes['ApproximateNumberOfMessagesNotVisible']),
      }
    },
  }
}

describe('an event source mapping', () => {
  test('deletes the messages of a batch that succeeded, and keeps those that the function reports', async () => {
    const { consume, count } = await start()

    await consume('fine', 'fail', 'fine too')

    await expect.poll(() => count('jobs')).toEqual({ waiting: 0, inWork: 1 })
  })

  test('keeps the whole batch when the function throws', async () => {
    const { consume, count, lines } = await start()

    await consume('fine', 'throw')

    await expect.poll(() => lines.join()).toContain('the whole batch (2 messages stay in the queue)')
    expect(await count('jobs')).toEqual({ waiting: 0, inWork: 2 })
  })

  test('deletes whatever the function answers when failures are not to be reported', async () => {
    const { consume, count } = await start({ FunctionResponseTypes: [] })

    await consume('fail')

    await expect.poll(() => count('jobs')).toEqual({ waiting: 0, inWork: 0 })
  })

  test('gives a message that failed too often to the dead-letter queue, sooner on a faster clock', async () => {
    const { consume, count } = await start()

    await consume('fail')

    await expect.poll(() => count('dead'), { timeout: 5_000 }).toEqual({ waiting: 1, inWork: 0 })
  })

  test('of a queue that no function of the stack reads stops the stack', async () => {
    const { queues } = await start()
    const template = templateOf({
      Mapping: ['AWS::Lambda::EventSourceMapping', { EventSourceArn: 'arn:aws:sqs:x:y:z', FunctionName: 'nobody' }],
    })
    const options = { place, queues, functionOf: () => undefined, timeScale: 1, log: () => {} }

    expect(() => startMappings(template, options)).toThrow('nobody is no function of this stack')
  })
})
