import { randomUUID } from 'node:crypto'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createLedger } from '../../../lib/aws/ledger.ts'
import { packedIds, unpackedIds } from '../../../lib/aws/ledger/packed-ids.ts'
import { NotFound } from '../../../lib/domain/problem.ts'
import { startTable } from '../../helpers/table.ts'
import { aBatch, uuids } from './entities.ts'

let table: Awaited<ReturnType<typeof startTable>>
const ledger = () => createLedger(table)
const stored = (operationId: string, sk: string) => table.stored(`OP#${operationId}`, sk)

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

  it('that are almost UUIDs are read as they were written', () => {
    const uuid = '616fb98f-46ca-475e-917e-2563e5a8cd19'
    // One character put in the place of another, of none, or beside one.
    const almost = fc
      .tuple(fc.nat(36), fc.constantFrom('-', '0', 'g', 'A', 'é', ''), fc.nat(1))
      .map(([at, character, taken]) => uuid.slice(0, at) + character + uuid.slice(at + taken))

    fc.assert(
      fc.property(fc.array(fc.oneof(almost, fc.constant(uuid))), (ids) => {
        expect(unpackedIds(packedIds(ids))).toEqual(ids)
      }),
    )
  })

  it('that make up the length of UUIDs only together are read as they were written', () => {
    const uuid = '616fb98f-46ca-475e-917e-2563e5a8cd19'

    for (const ids of [[`${uuid}00`, uuid.slice(0, -2)], [`${uuid.slice(0, -2)}--`], [`${uuid.slice(0, -1)}-`, uuid]]) {
      expect(unpackedIds(packedIds(ids))).toEqual(ids)
    }
  })

  it('with dashes in other places are read as they were written', () => {
    const digits = '616fb98f46ca475e917e2563e5a8cd19'
    for (const places of [
      [7, 13, 18, 23],
      [8, 12, 18, 23],
      [8, 13, 17, 23],
      [8, 13, 18, 22],
      [8, 13, 18, 24],
    ]) {
      const id = places.reduce((text, at) => `${text.slice(0, at)}-${text.slice(at)}`, digits)

      expect(unpackedIds(packedIds([id]))).toEqual([id])
    }
  })

  it('in a format of another version are an error that names them', () => {
    const item = { pk: { S: 'OP#a' }, sk: { S: 'N#b' }, ...packedIds(['x']), format: { S: 'zip' } }

    expect(() => unpackedIds(item)).toThrow('OP#a N#b: is in an unknown format: zip')
    expect(() => unpackedIds({ pk: item.pk, sk: item.sk, format: { S: 'uuid' } })).toThrow('unknown format')
    expect(() => unpackedIds({ pk: item.pk, sk: item.sk, format: { S: 'deflate' } })).toThrow('unknown format')
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
    await expect(ledger().nodeIds(randomUUID(), 'nothing')).rejects.toThrow(
      new NotFound('there are no nodes of a batch nothing'),
    )
  })
})
