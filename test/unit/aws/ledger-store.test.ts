import {
  ConditionalCheckFailedException,
  DynamoDBClient,
  GetItemCommand,
  ProvisionedThroughputExceededException,
  PutItemCommand,
  QueryCommand,
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

    expect(await ledger.saveBatch(aBatch(running, { version: 4 }))).toBe(true)
  })

  it('that was sent again, and finds the write of another there, was not made', async () => {
    dynamo.on(PutItemCommand).rejects(conditionFailed(2))
    dynamo.on(GetItemCommand).resolves({ Item: { writer: { S: 'another' } } })

    expect(await ledger.createOperation(anOperation())).toBe(false)
  })

  it('that could not be made at all is an error', async () => {
    dynamo
      .on(PutItemCommand)
      .rejects(new ProvisionedThroughputExceededException({ message: 'slow down', $metadata: {} }))

    await expect(ledger.saveOperation(anOperation())).rejects.toThrow('slow down')
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
