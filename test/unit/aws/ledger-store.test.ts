import {
  ConditionalCheckFailedException,
  DynamoDBClient,
  GetItemCommand,
  ProvisionedThroughputExceededException,
  PutItemCommand,
  QueryCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb'
import { mockClient } from 'aws-sdk-client-mock'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { createLedger } from '../../../lib/aws/ledger.ts'
import { packedIds } from '../../../lib/aws/ledger/packed-ids.ts'
import { Unavailable } from '../../../lib/domain/problem.ts'
import { awsMatchers } from '../../helpers/aws-matchers.ts'
import { aBatch, anOperation, aResult, NOW, resultMap, running, uuids } from './entities.ts'

expect.extend(awsMatchers)
const dynamo = mockClient(DynamoDBClient)
const ledger = createLedger({ client: new DynamoDBClient({ region: 'eu-de' }), tableName: 'drover-test' })

beforeEach(() => {
  dynamo.reset()
})

const conditionFailed = (attempts: number) =>
  new ConditionalCheckFailedException({ message: 'The conditional request failed', $metadata: { attempts } })

describe('a conditional write', () => {
  it('whose condition failed at the first sending was not made', async () => {
    dynamo.on(PutItemCommand).rejects(conditionFailed(1))

    expect(await ledger.saveBatch(aBatch(running, { version: 4 }))).toBe(false)
    expect(dynamo).not.toHaveReceivedCommand(GetItemCommand)
  })

  it('that was sent again after a lost answer, and finds itself there, was made', async () => {
    dynamo.on(PutItemCommand).rejects(conditionFailed(2))
    dynamo
      .on(GetItemCommand)
      .callsFake(() => ({ Item: { writer: dynamo.commandCalls(PutItemCommand)[0]?.args[0].input.Item?.['writer'] } }))

    const batch = aBatch(running, { version: 4 })

    expect(await ledger.saveBatch(batch)).toBe(true)
    expect(dynamo).toHaveReceivedCommandWith(GetItemCommand, {
      Key: { pk: { S: `OP#${batch.operationId}` }, sk: { S: `B#${batch.batchId}` } },
      ConsistentRead: true,
    })
  })

  it('that was sent again, and finds the write of another there, was not made', async () => {
    dynamo.on(PutItemCommand).rejects(conditionFailed(2))
    dynamo.on(GetItemCommand).resolves({ Item: { writer: { S: 'another' } } })

    expect(await ledger.createOperation(anOperation())).toBe(false)
  })

  it('that was sent again, and finds nothing there, was not made', async () => {
    dynamo.on(PutItemCommand).rejects(conditionFailed(2))
    dynamo.on(GetItemCommand).resolves({})

    expect(await ledger.createOperation(anOperation())).toBe(false)
  })

  it('that could not be made at all is an error', async () => {
    dynamo
      .on(PutItemCommand)
      .rejects(new ProvisionedThroughputExceededException({ message: 'slow down', $metadata: {} }))

    await expect(ledger.saveOperation(anOperation())).rejects.toThrow('slow down')
  })
})

describe('a name', () => {
  it('that could not be given back is an error, unless it is another’s by now', async () => {
    dynamo
      .on(UpdateItemCommand)
      .rejectsOnce(conditionFailed(1))
      .rejects(new ProvisionedThroughputExceededException({ message: 'slow down', $metadata: {} }))

    await expect(ledger.release('poller', 'a')).resolves.toBeUndefined()
    await expect(ledger.release('poller', 'a')).rejects.toThrow('slow down')
  })
})

describe('reads', () => {
  const areConsistent = () =>
    dynamo.calls().map(({ args: [{ input }] }) => 'ConsistentRead' in input && input.ConsistentRead)

  it('of single items see every write that was answered', async () => {
    dynamo.on(GetItemCommand).resolves({})
    dynamo.on(QueryCommand).resolves({})

    await ledger.operation('a')
    await ledger.batch('a', 'b')
    await ledger.results('a', 'b')
    await ledger.batches('a')

    expect(areConsistent()).toEqual([true, true, true, true])
  })

  it('of node ids, which are written once, see every write too, for half the price where they see one at once', async () => {
    const batch = aBatch()
    const item = { ...key(`N#${batch.batchId}`), ...packedIds(uuids(2)) }
    dynamo.on(GetItemCommand, { ConsistentRead: false }).resolvesOnce({ Item: item }).resolves({})
    dynamo.on(GetItemCommand, { ConsistentRead: true }).resolves({ Item: item })

    await ledger.nodeIds('a', 'found')
    const late = await ledger.nodeIds('a', 'late')

    expect(late).toHaveLength(2)
    expect(areConsistent()).toEqual([false, false, true])
  })

  it('of node ids are done once for each of the 64 batches that were asked for last', async () => {
    dynamo.on(GetItemCommand).callsFake(({ Key }) => ({ Item: { ...Key, ...packedIds(uuids(1)) } }))
    const read = async (...names: readonly string[]) => {
      dynamo.resetHistory()
      for (const name of names) await ledger.nodeIds('op', name)
      return dynamo.commandCalls(GetItemCommand).map(({ args: [{ input }] }) => input.Key?.['sk']?.S?.slice(2))
    }
    const others = Array.from({ length: 62 }, (_, i) => `other ${i}`)

    const first = await read('oldest', 'old', ...others)
    const again = await read('oldest', 'one more')
    const afterwards = await read('oldest', 'one more', ...others, 'old')

    expect(first).toHaveLength(64)
    expect(again).toEqual(['one more'])
    expect(afterwards).toEqual(['old'])
  })

  it('of node ids are done once, of results each time', async () => {
    const ids = uuids(2)
    const batch = aBatch()
    const items = new Map<string | undefined, object>()
    dynamo.on(PutItemCommand).callsFake(({ Item }) => void items.set(Item?.sk.S, Item))
    dynamo.on(GetItemCommand).callsFake(({ Key }) => ({ Item: items.get(Key?.sk.S) }))
    await ledger.createBatch(batch, ids)
    await ledger.saveResults(batch.operationId, batch.batchId, ids, resultMap(ids.map((id) => aResult(id))))

    await ledger.nodeIds(batch.operationId, batch.batchId)
    await ledger.results(batch.operationId, batch.batchId)
    await ledger.results(batch.operationId, batch.batchId)

    const read = dynamo.commandCalls(GetItemCommand).map(({ args: [{ input }] }) => input.Key?.['sk']?.S?.slice(0, 2))
    expect(read).toEqual(['N#', 'R#', 'R#'])
  })
})

const key = (name: string) => ({ pk: { S: name }, sk: { S: name } })

describe('a query that is answered in pages', () => {
  const batches = ['0001', '0002', '0003'].map((n) => aBatch(running, { batchId: `op.${n}` }, 'op'))
  const items = batches.map((batch) => ({ ...key(batch.batchId), due: { N: '1' }, body: { S: JSON.stringify(batch) } }))

  it('has the batches of all pages, of empty ones too', async () => {
    dynamo
      .on(QueryCommand)
      .resolvesOnce({ Items: items.slice(0, 2), LastEvaluatedKey: key('2') })
      .resolvesOnce({ Items: [], LastEvaluatedKey: key('3') })
      .resolvesOnce({ Items: items.slice(2) })

    expect(await ledger.batches('op')).toStrictEqual(batches)
    const from = dynamo.commandCalls(QueryCommand).map(({ args: [{ input }] }) => input.ExclusiveStartKey)
    expect(from).toEqual([undefined, key('2'), key('3')])
  })

  it('is read no further than the limit of the agenda', async () => {
    dynamo.on(QueryCommand).resolves({ Items: items.slice(0, 2), LastEvaluatedKey: key('2') })

    const agenda = await ledger.agenda(3)

    expect(agenda).toHaveLength(3)
    expect(dynamo).toHaveReceivedCommandTimes(QueryCommand, 2)
  })

  it('is read no further than the page that has all of the agenda', async () => {
    dynamo.on(QueryCommand).resolves({ Items: items.slice(0, 2), LastEvaluatedKey: key('2') })

    await ledger.agenda(2)

    expect(dynamo).toHaveReceivedCommandTimes(QueryCommand, 1)
  })

  it('is asked for one operation more than wanted, which tells whether there are more', async () => {
    const found = [1, 2, 3].map((i) => {
      const operation = anOperation({ createdAt: NOW - i })
      return { recent: { S: `${new Date(NOW - i).toISOString()}#op-${i}` }, body: { S: JSON.stringify(operation) } }
    })
    dynamo.on(QueryCommand).resolves({ Items: found, LastEvaluatedKey: key('3') })

    const page = await ledger.listOperations({ limit: 2 })

    expect(page.items).toHaveLength(2)
    expect(Buffer.from(page.nextCursor ?? '', 'base64url').toString()).toContain('#op-2')
    expect(dynamo).toHaveReceivedCommandTimes(QueryCommand, 1)
    expect(dynamo).toHaveReceivedCommandWith(QueryCommand, { Limit: 3 })
  })

  it('that ends with the last page that is looked through has no more', async () => {
    const next = { ...key('OP'), recent: { S: '2026-11-21T10:00:00.000Z#op' } }
    for (let i = 0; i < 49; i += 1) dynamo.on(QueryCommand).resolvesOnce({ Items: [], LastEvaluatedKey: next })
    dynamo.on(QueryCommand).resolves({ Items: [] })

    expect(await ledger.listOperations({ status: 'FAILED', limit: 10 })).toEqual({ items: [], nextCursor: null })
  })

  it('looks through so many operations for a filter and no more, and says where to go on', async () => {
    const next = { ...key('OP'), recent: { S: '2026-11-21T10:00:00.000Z#op' } }
    dynamo.on(QueryCommand).resolves({ Items: [], LastEvaluatedKey: next })

    const page = await ledger.listOperations({ status: 'FAILED', limit: 10 })

    expect(page.items).toEqual([])
    expect(Buffer.from(page.nextCursor ?? '', 'base64url').toString()).toBe(`{"after":"${next.recent.S}"}`)
    expect(dynamo).toHaveReceivedCommandTimes(QueryCommand, 50)
  })
})

describe('a rate count that others always change first', () => {
  it('is given up as unavailable after so many tries', async () => {
    vi.spyOn(Math, 'random').mockReturnValue(0)
    dynamo.on(GetItemCommand).resolves({})
    dynamo.on(PutItemCommand).rejects(conditionFailed(1))

    const updating = ledger.updateRate(
      'scope',
      ({ grants, tickets }) => ({ rate: { grants, tickets }, result: 1 }),
      NOW,
    )

    await expect(updating).rejects.toThrow(Unavailable)
    expect(dynamo).toHaveReceivedCommandTimes(PutItemCommand, 40)
  })
})
