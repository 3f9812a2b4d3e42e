import { SendMessageBatchCommand, SQSClient } from '@aws-sdk/client-sqs'
import { mockClient } from 'aws-sdk-client-mock'
import { beforeEach, describe, expect, it } from 'vitest'
import { createDispatcher } from '../../../lib/aws/queue.ts'
import type { Refusal } from '../../../lib/aws/refusal.ts'
import { awsMatchers } from '../../helpers/aws-matchers.ts'

expect.extend(awsMatchers)
const sqs = mockClient(SQSClient)
const refusals: Refusal[] = []
const dispatcher = createDispatcher({
  client: new SQSClient({ region: 'eu-de' }),
  queueUrlOf: (provider) => `https://queues/${provider}`,
  onRefusal: (refusal) => refusals.push(refusal),
})
const messages = (count: number) => Array.from({ length: count }, (_, i) => ({ operationId: 'op', batchId: `op.${i}` }))
const inputs = () => sqs.commandCalls(SendMessageBatchCommand).map(({ args: [{ input }] }) => input)
const takeAll = ({ Entries = [] }: { Entries?: { Id?: string }[] }) => ({
  Successful: Entries.map(({ Id }) => ({ Id, MessageId: `m${Id}`, MD5OfMessageBody: '' })),
  Failed: [],
})

beforeEach(() => {
  sqs.reset()
  refusals.length = 0
})

describe('dispatching batches', () => {
  it('sends ten at a time to the queue of the provider, each once', async () => {
    sqs.on(SendMessageBatchCommand).callsFake(takeAll)

    const refused = await dispatcher.send('otc-ecs', messages(23))

    expect(refused).toEqual(new Set())
    expect(inputs().map(({ Entries, QueueUrl }) => [QueueUrl, Entries?.length])).toEqual([
      ['https://queues/otc-ecs', 10],
      ['https://queues/otc-ecs', 10],
      ['https://queues/otc-ecs', 3],
    ])
    const bodies = inputs().flatMap(({ Entries = [] }) =>
      Entries.map(({ MessageBody }) => JSON.parse(MessageBody ?? '')),
    )
    expect(bodies).toEqual(messages(23).map((message) => ({ v: 1, ...message })))
    expect(inputs().every(({ Entries = [] }) => new Set(Entries.map(({ Id }) => Id)).size === Entries.length)).toBe(
      true,
    )
  })

  it('tells which messages failed inside a call that succeeded, and why', async () => {
    sqs.on(SendMessageBatchCommand).resolves({
      Successful: [{ Id: '0', MessageId: 'm', MD5OfMessageBody: '' }],
      Failed: [{ Id: '1', Code: 'InternalError', Message: 'try again', SenderFault: false }],
    })

    const refused = await dispatcher.send('otc-ecs', messages(2))

    expect(refused).toEqual(new Set(['op.1']))
    expect(refusals).toEqual([{ count: 1, code: 'InternalError', reason: 'try again' }])
  })

  it('does not count as sent what the answer does not mention', async () => {
    sqs
      .on(SendMessageBatchCommand)
      .resolves({ Successful: [{ Id: '1', MessageId: 'm', MD5OfMessageBody: '' }], Failed: [] })

    expect(await dispatcher.send('otc-ecs', messages(2))).toEqual(new Set(['op.0']))
  })

  it('counts the messages of a call that threw as not sent, and only those', async () => {
    sqs
      .on(SendMessageBatchCommand)
      .callsFakeOnce(takeAll)
      .rejectsOnce(Object.assign(new Error('no route'), { name: 'TimeoutError' }))
      .callsFake(takeAll)

    const refused = await dispatcher.send('otc-ecs', messages(25))

    expect([...refused]).toEqual(
      messages(20)
        .slice(10)
        .map(({ batchId }) => batchId),
    )
    expect(refusals).toEqual([{ count: 10, code: 'TimeoutError', reason: 'no route' }])
  })

  it('makes a few calls at once, not all', async () => {
    let open = 0
    let most = 0
    sqs.on(SendMessageBatchCommand).callsFake(async (input) => {
      open += 1
      most = Math.max(most, open)
      await new Promise((resolve) => setImmediate(resolve))
      open -= 1
      return takeAll(input)
    })

    await dispatcher.send('otc-ecs', messages(200))

    expect(most).toBe(4)
    expect(sqs).toHaveReceivedCommandTimes(SendMessageBatchCommand, 20)
  })

  it('of nothing calls nobody', async () => {
    expect(await dispatcher.send('otc-ecs', [])).toEqual(new Set())
    expect(sqs).not.toHaveReceivedAnyCommand()
  })
})
