import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createLedger } from '../../../lib/aws/ledger.ts'
import type { Operation } from '../../../lib/domain/operation.ts'
import { startTable } from '../../helpers/table.ts'
import { anOperation, NOW } from './entities.ts'

let table: Awaited<ReturnType<typeof startTable>>
const ledger = () => createLedger(table)
const stored = (operationId: string, sk: string) => table.stored(`OP#${operationId}`, sk)

beforeAll(async () => {
  table = await startTable()
})
afterAll(() => table.close())

describe('operations', () => {
  it.each<[string, Operation]>([
    ['in planning', anOperation({ status: 'PLANNING', dueAt: NOW })],
    ['that runs', anOperation({ principal: 'arn:aws:iam::1:user/a', dueAt: NOW + 0.5 })],
    ['that ended', anOperation({ status: 'PARTIAL', endedAt: NOW, retryOf: randomUUID(), reason: '"¡ñ…\n' })],
    ...(['RUNNING', 'SUCCEEDED', 'FAILED', 'CANCELLED', 'NEEDS_ATTENTION'] as const).map(
      (status): [string, Operation] => [status, anOperation({ status })],
    ),
    ...(['schedule', 'alarm', 'event', 'cli'] as const).map((trigger): [string, Operation] => [
      `of the trigger ${trigger}`,
      anOperation({ trigger }),
    ]),
  ])('one %s is read as it was written', async (_, operation) => {
    await ledger().createOperation(operation)

    expect(await ledger().operation(operation.operationId)).toStrictEqual(operation)
  })

  it('one that nobody wrote is not there', async () => {
    expect(await ledger().operation(randomUUID())).toBeUndefined()
  })

  it('of ten that create the same one, one does', async () => {
    const operation = anOperation()
    const writers = Array.from({ length: 10 }, (_, i) => ({ ...operation, idempotencyKey: `writer ${i}` }))

    const created = await Promise.all(writers.map((mine) => ledger().createOperation(mine)))

    expect(created.filter(Boolean)).toHaveLength(1)
    const there = await ledger().operation(operation.operationId)
    expect(there?.idempotencyKey).toBe(`writer ${created.indexOf(true)}`)
  })

  it('is replaced by the next version only', async () => {
    const operation = anOperation()
    await ledger().createOperation(operation)

    expect(await ledger().saveOperation({ ...operation, version: 2 })).toBe(false)
    expect(await ledger().saveOperation({ ...operation, version: 1, reason: 'changed' })).toBe(true)
    expect(await ledger().saveOperation({ ...operation, version: 1, reason: 'late' })).toBe(false)
    expect(await ledger().operation(operation.operationId)).toMatchObject({ version: 1, reason: 'changed' })
  })

  it('cannot be saved before it was created', async () => {
    expect(await ledger().saveOperation(anOperation({ version: 1 }))).toBe(false)
  })

  it('is kept for a fortnight longer than its batches, accepted or not: its key stays its own while they are there', async () => {
    const operation = anOperation({ status: 'PLANNING' })
    await ledger().createOperation(operation)

    const planning = await stored(operation.operationId, 'OP')
    await ledger().saveOperation({ ...operation, status: 'RUNNING', version: 1 })
    const accepted = await stored(operation.operationId, 'OP')

    expect(planning?.['expiresAt']).toEqual({ N: String(NOW / 1000 + 104 * 86_400) })
    expect(accepted?.['expiresAt']).toEqual({ N: String(NOW / 1000 + 104 * 86_400) })
  })
})
