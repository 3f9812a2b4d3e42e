import { randomUUID } from 'node:crypto'
import { DeleteItemCommand } from '@aws-sdk/client-dynamodb'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createLedger } from '../../../lib/aws/ledger.ts'
import { become, type BatchState } from '../../../lib/domain/batch.ts'
import { Conflict } from '../../../lib/domain/problem.ts'
import { startTable } from '../../helpers/table.ts'
import { aBatch, ended, NOW, running, uuids } from './entities.ts'

let table: Awaited<ReturnType<typeof startTable>>
const ledger = () => createLedger(table)
const stored = (operationId: string, sk: string) => table.stored(`OP#${operationId}`, sk)

beforeAll(async () => {
  table = await startTable()
})
afterAll(() => table.close())

const states: BatchState[] = [
  { state: 'PLANNED' },
  { state: 'QUEUED', dueAt: NOW, notBefore: null, code: null, reason: 'proved not applied' },
  { state: 'SUBMITTING', dueAt: NOW, claimedAt: NOW, lostAt: NOW + 45_000 },
  running,
  {
    state: 'OUTCOME_UNKNOWN',
    dueAt: NOW,
    sentAt: NOW - 9,
    settledAt: NOW,
    deadline: NOW + 9_000,
    code: 'Timeout',
    reason: 'no answer',
    misses: 1,
    lastLookAt: null,
    longestGapMs: 12.5,
    applied: 3,
    untouched: 2,
    changedAt: NOW,
  },
  {
    state: 'SPLIT',
    dueAt: NOW,
    parts: [
      {
        nodes: [0, 1, 2, 7, 5, 6, 9],
        state: { state: 'QUEUED', dueAt: NOW, notBefore: null, code: 'Ecs.0114', reason: 'not found' },
      },
      { nodes: [3], state: { ...running, jobIds: [] } },
      { nodes: [4], state: { state: 'PLANNED' } },
      { nodes: [8], state: ended },
    ],
  },
  { state: 'SPLIT', parts: [] },
  { ...ended, dueAt: NOW },
  ...(['SUCCEEDED', 'FAILED', 'TIMED_OUT', 'NEEDS_ATTENTION', 'CANCELLED', 'SKIPPED'] as const).map((state) => ({
    ...ended,
    state,
  })),
  ...(['succeeded', 'failed', 'skipped', 'unknown'] as const).map((outcome) => ({ ...ended, outcome, code: null })),
]

describe('batches', () => {
  it.each(states.map((state) => [state.state, state] as const))(
    'a %s one is read as it was written',
    async (_, state) => {
      const batch = aBatch(state, { notAfter: NOW, firstTriedAt: NOW + 1 })

      await ledger().createBatch(batch, uuids(3))

      expect(await ledger().batch(batch.operationId, batch.batchId)).toStrictEqual(batch)
    },
  )

  it.each([
    ['QUEUED', { state: 'QUEUED', dueAt: NOW, notBefore: undefined, code: null, reason: null }, { notBefore: null }],
    ['RUNNING', { ...running, gone: undefined }, { gone: false }],
  ])('a %s one of before it had all of its fields can be read', async (_, state, missing) => {
    // What is undefined is not stored.
    const batch = aBatch(state as unknown as BatchState)
    await ledger().createBatch(batch, uuids(1))

    expect(await ledger().batch(batch.operationId, batch.batchId)).toStrictEqual({ ...batch, ...missing })
  })

  it('that runs is a small item', async () => {
    const batch = aBatch(running)
    await ledger().createBatch(batch, uuids(1000))

    const item = await stored(batch.operationId, `B#${batch.batchId}`)

    expect(JSON.stringify(item).length).toBeLessThan(1_400)
  })

  it('that is there already stays as it is', async () => {
    const batch = aBatch()
    const ids = uuids(3)
    await ledger().createBatch(batch, ids)
    const queued = become(batch, { state: 'QUEUED', dueAt: NOW, notBefore: null, code: null, reason: null })
    await ledger().saveBatch(queued)

    await ledger().createBatch(batch, ids)

    expect(await ledger().batch(batch.operationId, batch.batchId)).toStrictEqual(queued)
  })

  it('whose nodes are written and itself is not, as after a crash, is completed', async () => {
    const batch = aBatch()
    const ids = uuids(3)
    await ledger().createBatch(batch, ids)
    const Key = { pk: { S: `OP#${batch.operationId}` }, sk: { S: `B#${batch.batchId}` } }
    await table.client.send(new DeleteItemCommand({ TableName: table.tableName, Key }))

    await ledger().createBatch(batch, ids)

    expect(await ledger().batch(batch.operationId, batch.batchId)).toStrictEqual(batch)
  })

  it('is never taken for one with other nodes', async () => {
    const batch = aBatch()
    const ids = uuids(3)
    await ledger().createBatch(batch, ids)

    const otherwise = new Conflict(`the batch ${batch.batchId} was written before, with other nodes`)
    for (const others of [ids.toReversed(), ids.slice(0, 2), [...ids, ...uuids(1)]])
      await expect(ledger().createBatch(batch, others)).rejects.toThrow(otherwise)
    expect(await ledger().nodeIds(batch.operationId, batch.batchId)).toEqual(ids)
  })

  it('are kept for 90 days from their beginning, and so are their nodes', async () => {
    const batch = aBatch(running)
    await ledger().createBatch(batch, uuids(1))

    const items = await Promise.all(['B', 'N'].map((kind) => stored(batch.operationId, `${kind}#${batch.batchId}`)))

    const kept = { N: String(NOW / 1000 + 90 * 86_400) }
    expect(items.map((item) => item?.['expiresAt'])).toEqual([kept, kept])
  })

  it('of two that save the next version at once, one does', async () => {
    const batch = aBatch()
    await ledger().createBatch(batch, uuids(1))
    const claims = [1, 2].map((worker) =>
      become(batch, { state: 'SUBMITTING', dueAt: NOW, claimedAt: NOW, lostAt: NOW + worker }),
    )

    const saved = await Promise.all(claims.map((mine) => ledger().saveBatch(mine)))

    expect(saved.filter(Boolean)).toHaveLength(1)
    expect(await ledger().batch(batch.operationId, batch.batchId)).toStrictEqual(claims[saved.indexOf(true)])
  })

  it('are listed in the order of their ids, and none of another operation', async () => {
    const operationId = randomUUID()
    const numbers = ['0002', '0010', '0001', '0001.2', '0001.1']
    const mine = numbers.map((n) => aBatch(running, { batchId: `${operationId}.${n}` }, operationId))
    await Promise.all([...mine, aBatch()].map((batch) => ledger().createBatch(batch, uuids(1))))

    const found = await ledger().batches(operationId)

    expect(found.map(({ batchId }) => batchId.slice(operationId.length + 1))).toEqual([
      '0001',
      '0001.1',
      '0001.2',
      '0002',
      '0010',
    ])
  })
})
