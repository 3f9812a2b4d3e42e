import { randomUUID } from 'node:crypto'
import { GetItemCommand } from '@aws-sdk/client-dynamodb'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createLedger } from '../../../lib/aws/ledger.ts'
import { NotFound } from '../../../lib/domain/problem.ts'
import { startTable } from '../../helpers/table.ts'
import { aBatch, uuids } from './entities.ts'

let table: Awaited<ReturnType<typeof startTable>>
const ledger = () => createLedger(table)
const stored = async (operationId: string, sk: string) => {
  const Key = { pk: { S: `OP#${operationId}` }, sk: { S: sk } }
  const { Item } = await table.client.send(new GetItemCommand({ TableName: table.tableName, Key }))
  return Item
}

beforeAll(async () => {
  table = await startTable()
})
afterAll(() => table.close())

describe('node ids', () => {
  it.each([
    ['UUIDs', uuids(1000)],
    ['ids of clusters', Array.from({ length: 60 }, (_, i) => `ehpc-${i.toString(36)}x7`)],
    ['UUIDs and other ids', [...uuids(2), 'cln-1']],
    ['UUIDs in capitals', uuids(2).map((id) => id.toUpperCase())],
    ['ids with line ends and quotes', ['a\nb', '"', '']],
  ])('%s are read as they were written', async (_, ids) => {
    const batch = aBatch()

    await ledger().createBatch(batch, ids)

    expect(await ledger().nodeIds(batch.operationId, batch.batchId)).toEqual(ids)
  })

  it('a thousand UUIDs take 16 KB', async () => {
    const batch = aBatch()
    await ledger().createBatch(batch, uuids(1000))

    const item = await stored(batch.operationId, `N#${batch.batchId}`)

    expect(item?.['ids']?.B).toHaveLength(16_000)
  })

  it('are remembered, as they never change', async () => {
    const batch = aBatch()
    const mine = ledger()
    await mine.createBatch(batch, uuids(3))

    const first = await mine.nodeIds(batch.operationId, batch.batchId)
    const second = await mine.nodeIds(batch.operationId, batch.batchId)

    expect(second).toBe(first)
  })

  it('of a batch that nobody wrote are not an empty list', async () => {
    await expect(ledger().nodeIds(randomUUID(), 'nothing')).rejects.toThrow(NotFound)
  })
})
