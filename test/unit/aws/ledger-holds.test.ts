import { randomUUID } from 'node:crypto'
import { PutItemCommand } from '@aws-sdk/client-dynamodb'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { createLedger } from '../../../lib/aws/ledger.ts'
import { type HoldPage, takeNodes } from '../../../lib/domain/hold-page.ts'
import { startTable } from '../../helpers/table.ts'
import { NOW } from './entities.ts'

let table: Awaited<ReturnType<typeof startTable>>
const ledger = () => createLedger(table)
const holderOf = (operationId: string) => ({ operationId, batchId: `${operationId}.0001` })

beforeAll(async () => {
  table = await startTable()
})
afterAll(() => table.close())

const take = (page: string, operationId: string, nodeIds: readonly string[]) =>
  ledger().updateHolds(
    page,
    (before) => {
      const result = takeNodes(before, holderOf(operationId), nodeIds, new Set(), NOW)
      return { page: result.page, result }
    },
    NOW,
  )

const read = (page: string): Promise<HoldPage> =>
  ledger().updateHolds(page, (before) => ({ page: before, result: before }), NOW)

it('of ten operations that want a node, one gets it and all know which', async () => {
  const page = randomUUID()
  const node = randomUUID()

  const taken = await Promise.all(Array.from({ length: 10 }, (_, i) => take(page, `op-${i}`, [node])))

  const [hold, ...others] = await read(page)
  expect(others).toEqual([])
  const { operationId, batchId } = hold!
  for (const { holders } of taken) expect([{ operationId, batchId }, undefined]).toContainEqual(holders.get(node))
  expect(taken.filter(({ holders }) => holders.size === 0)).toHaveLength(1)
})

it.each([
  ['UUIDs', [randomUUID(), randomUUID(), randomUUID()]],
  ['ids of other shapes', ['cln-ag40w55y', 'cln-ahn47q33', 'cln-aws88jmt']],
])('holds of several batches on one page come back as they were: %s', async (_, ids) => {
  const page = randomUUID()
  await take(page, 'op-a', ids.slice(0, 2))
  await take(page, 'op-b', ids.slice(1))

  expect(await read(page)).toEqual([
    { ...holderOf('op-a'), takenAt: NOW, nodeIds: ids.slice(0, 2) },
    { ...holderOf('op-b'), takenAt: NOW, nodeIds: ids.slice(2) },
  ])
})

it('holds are kept for 90 days, as long as the operations that they are of', async () => {
  const page = randomUUID()
  await take(page, 'op-a', [randomUUID()])

  const item = await table.stored(`HOLDS#${page}`, 'HOLDS')

  expect(item?.['expiresAt']?.N).toBe(String(NOW / 1000 + 90 * 86_400))
})

it('an empty page is empty', async () => {
  expect(await read(randomUUID())).toEqual([])
})

it('holds that do not fit their nodes are nobody’s to take', async () => {
  const page = randomUUID()
  await take(page, 'op-a', [randomUUID()])
  await table.client.send(
    new PutItemCommand({
      TableName: table.tableName,
      Item: {
        pk: { S: `HOLDS#${page}` },
        sk: { S: 'HOLDS' },
        version: { N: '1' },
        format: { S: 'uuid' },
        ids: { B: Buffer.alloc(32) },
        body: { S: JSON.stringify([{ ...holderOf('op-a'), takenAt: NOW, nodes: 1 }]) },
      },
    }),
  )

  await expect(read(page)).rejects.toThrow('has 2 nodes and holds of 1')
})
