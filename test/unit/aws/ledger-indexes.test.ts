import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createLedger } from '../../../lib/aws/ledger.ts'
import { become } from '../../../lib/domain/batch.ts'
import type { Ledger, OperationQuery } from '../../../lib/domain/ports.ts'
import { startTable } from '../../helpers/table.ts'
import { aBatch, anOperation, NOW, running, uuids } from './entities.ts'

let table: Awaited<ReturnType<typeof startTable>>
let ledger: Ledger

beforeEach(async () => {
  table = await startTable()
  ledger = createLedger(table)
})
afterEach(() => table.close())

describe('the agenda', () => {
  it('is what asks for something, the most overdue first, of all shards', async () => {
    const operations = Array.from({ length: 20 }, (_, i) => anOperation({ dueAt: NOW + ((i * 7) % 20) }))
    await Promise.all(operations.map((operation) => ledger.createOperation(operation)))

    const agenda = await ledger.agenda(15)

    expect(agenda.map(({ dueAt }) => dueAt)).toEqual(Array.from({ length: 15 }, (_, i) => NOW + i))
  })

  it('names operations and batches, up to the limit over both', async () => {
    const operation = anOperation({ dueAt: NOW })
    const batch = aBatch({ ...running, dueAt: NOW + 1 })
    const later = aBatch({ ...running, dueAt: NOW + 2 })
    await ledger.createOperation(operation)
    await ledger.createBatch(batch, uuids(1))
    await ledger.createBatch(later, uuids(1))

    const agenda = await ledger.agenda(2)

    expect(agenda).toStrictEqual([
      { provider: operation.provider, operationId: operation.operationId, batchId: null, dueAt: NOW },
      { provider: batch.provider, operationId: batch.operationId, batchId: batch.batchId, dueAt: NOW + 1 },
    ])
  })

  it('has what has moved on at its new time, and no longer what is done', async () => {
    const batch = aBatch({ state: 'QUEUED', dueAt: NOW, notBefore: null, code: null, reason: null })
    const done = anOperation({ dueAt: NOW })
    await ledger.createBatch(batch, uuids(1))
    await ledger.createOperation(done)
    await ledger.saveBatch(become(batch, { ...running, dueAt: NOW + 60_000 }))
    await ledger.saveOperation({ ...done, dueAt: undefined, version: done.version + 1 })

    const agenda = await ledger.agenda(10)

    expect(agenda).toEqual([expect.objectContaining({ batchId: batch.batchId, dueAt: NOW + 60_000 })])
  })

  it('is empty when nothing asks for anything', async () => {
    await ledger.createOperation(anOperation())
    await ledger.createBatch(aBatch(), uuids(1))

    expect(await ledger.agenda(10)).toEqual([])
  })

  it('is by whole ms, so that what is due next is due then', async () => {
    await ledger.createOperation(anOperation({ dueAt: NOW + 0.3 }))

    expect((await ledger.agenda(1))[0]?.dueAt).toBe(NOW + 1)
  })
})

const listAll = async (query: Omit<OperationQuery, 'cursor'>) => {
  const found: string[][] = []
  let cursor: string | undefined
  do {
    const page = await ledger.listOperations({ ...query, cursor })
    found.push(page.items.map(({ operationId }) => operationId))
    cursor = page.nextCursor ?? undefined
  } while (cursor !== undefined)
  return found
}

describe('the list of operations', () => {
  const fill = async (count: number) => {
    const operations = Array.from({ length: count }, (_, i) =>
      anOperation({
        // Two of them at each moment.
        createdAt: NOW + Math.floor(i / 2),
        status: i % 3 === 0 ? 'FAILED' : 'RUNNING',
        provider: i % 2 === 0 ? 'otc-ecs' : 'otc-css',
      }),
    )
    await Promise.all(operations.map((operation) => ledger.createOperation(operation)))
    return operations.toSorted((a, b) => b.createdAt - a.createdAt || (a.operationId < b.operationId ? 1 : -1))
  }
  const ids = (operations: readonly { operationId: string }[]) => operations.map(({ operationId }) => operationId)

  it('is newest first, every operation once, page after page', async () => {
    const newestFirst = await fill(10)

    const pages = await listAll({ limit: 4 })

    expect(pages.map(({ length }) => length)).toEqual([4, 4, 2])
    expect(pages.flat()).toEqual(ids(newestFirst))
  })

  it('ends without a cursor when the last page is full', async () => {
    await fill(4)

    expect((await listAll({ limit: 2 })).map(({ length }) => length)).toEqual([2, 2])
  })

  it.each([[{ status: 'FAILED' }], [{ provider: 'otc-css' }], [{ status: 'FAILED', provider: 'otc-css' }]])(
    'has those that %o asks for, in full pages',
    async (filter) => {
      const newestFirst = await fill(24)
      const wanted = newestFirst.filter((operation) =>
        Object.entries(filter).every(([k, v]) => Object(operation)[k] === v),
      )

      const pages = await listAll({ ...filter, limit: 3 })

      expect(pages.slice(0, -1).every(({ length }) => length === 3)).toBe(true)
      expect(pages.flat()).toEqual(ids(wanted))
    },
  )

  it('has none that is still in planning', async () => {
    const operation = anOperation({ status: 'PLANNING' })
    await ledger.createOperation(operation)
    const planning = await listAll({ limit: 10 })
    await ledger.saveOperation({ ...operation, status: 'RUNNING', version: 1 })

    expect(planning).toEqual([[]])
    expect(await listAll({ limit: 10 })).toEqual([[operation.operationId]])
  })
})
