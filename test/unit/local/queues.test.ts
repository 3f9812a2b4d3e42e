import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { startQueues, type Queues } from '../../../infra/local/queues.ts'
import { messageSchema } from '../../../infra/local/sqs-event.ts'
import { place, templateOf } from '../../helpers/template.ts'

let folder = ''
let queues: Queues
const restart = async (after: () => Promise<void>) => {
  await after()
  queues = await startQueues({ region: place.region, file: join(folder, 'messages.ndjson') })
  await queues.create(templateOf({ Jobs: ['AWS::SQS::Queue', { QueueName: 'jobs' }] }), 1)
}
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'drover-queues-'))
  await restart(async () => {})
})
afterEach(async () => {
  await queues.close()
  await rm(folder, { recursive: true })
})

const receive = async () => {
  const { Messages: messages = [] } = await queues.call('ReceiveMessage', {
    QueueUrl: queues.queueUrl('jobs'),
    MaxNumberOfMessages: 10,
  })
  return messageSchema.array().parse(messages)
}

describe('queues with a file', () => {
  test('deliver again after a restart what was sent and not deleted, also what was in work', async () => {
    const QueueUrl = queues.queueUrl('jobs')
    const Entries = ['one', 'two'].map((MessageBody, index) => ({ Id: String(index), MessageBody }))
    await queues.call('SendMessageBatch', { QueueUrl, Entries })
    await queues.send('jobs', 'three')
    const [first] = await receive()
    await queues.delete(QueueUrl, first!)

    await restart(() => queues.close())
    await queues.restore()

    const bodies = (await receive()).map(({ Body }) => Body)
    expect(bodies).toEqual(['two', 'three'])
  })

  test('deliver it once more after every restart, and not once more for each', async () => {
    await queues.send('jobs', 'one')
    await restart(() => queues.close())
    await queues.restore()

    await restart(() => queues.close())
    await queues.restore()

    const bodies = (await receive()).map(({ Body }) => Body)
    expect(bodies).toEqual(['one'])
  })
})

describe('queues', () => {
  test('have URLs that are reached without DNS', () => {
    expect(queues.queueUrl('jobs')).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/000000000000\/jobs$/)
  })

  test('of a template may name each other in any order', async () => {
    const template = templateOf({
      First: [
        'AWS::SQS::Queue',
        {
          QueueName: 'first',
          RedrivePolicy: { deadLetterTargetArn: { 'Fn::GetAtt': ['Last', 'Arn'] }, maxReceiveCount: 2 },
        },
      ],
      Last: ['AWS::SQS::Queue', { QueueName: 'last', VisibilityTimeout: 60 }],
    })

    await queues.create(template, 100)

    const { Attributes } = await queues.call('GetQueueAttributes', {
      QueueUrl: queues.queueUrl('last'),
      AttributeNames: ['VisibilityTimeout'],
    })
    expect(Attributes).toEqual({ VisibilityTimeout: '1' })
  })
})
