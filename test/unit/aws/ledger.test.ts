import { randomUUID } from 'node:crypto'
import { GetItemCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createLedger } from '../../../lib/aws/ledger.ts'
import { become, type BatchState } from '../../../lib/domain/batch.ts'
import { Conflict, InvalidRequest, NotFound } from '../../../lib/domain/problem.ts'
import { emptyRate, type RateRule, take } from '../../../lib/domain/rate.ts'
import { startTable } from '../../helpers/table.ts'
import { aBatch, anOperation, aResult, ended, NOW, resultMap, running, uuids } from './entities.ts'

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

describe('operations', () => {
  it.each([
    ['in planning', anOperation({ status: 'PLANNING', dueAt: NOW })],
    ['that runs', anOperation({ principal: 'arn:aws:iam::1:user/a', dueAt: NOW + 0.5 })],
    ['that ended', anOperation({ status: 'PARTIAL', endedAt: NOW, retryOf: randomUUID(), reason: '"¡ñ…\n' })],
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

  it('is kept for 90 days once accepted, and for one day before', async () => {
    const operation = anOperation({ status: 'PLANNING' })
    await ledger().createOperation(operation)

    const planning = await stored(operation.operationId, 'OP')
    await ledger().saveOperation({ ...operation, status: 'RUNNING', version: 1 })
    const accepted = await stored(operation.operationId, 'OP')

    expect(planning?.['expiresAt']).toEqual({ N: String(NOW / 1000 + 86_400) })
    expect(accepted?.['expiresAt']).toEqual({ N: String(NOW / 1000 + 90 * 86_400) })
  })
})

const states: BatchState[] = [
  { state: 'PLANNED' },
  { state: 'QUEUED', dueAt: NOW, code: null, reason: 'proved not applied' },
  { state: 'SUBMITTING', dueAt: NOW + 45_000, claimedAt: NOW },
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
  },
  {
    state: 'SPLIT',
    dueAt: NOW,
    parts: [
      { nodes: [0, 1, 2, 7, 5, 6, 9], state: { state: 'QUEUED', dueAt: NOW, code: 'Ecs.0114', reason: 'not found' } },
      { nodes: [3], state: { ...running, jobIds: [] } },
      { nodes: [4], state: { state: 'PLANNED' } },
      { nodes: [8], state: ended },
    ],
  },
  { state: 'SPLIT', parts: [] },
  { ...ended, dueAt: NOW },
  { ...ended, outcome: 'unknown', state: 'NEEDS_ATTENTION', code: null, reason: null },
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
    const queued = become(batch, { state: 'QUEUED', dueAt: NOW, code: null, reason: null })
    await ledger().saveBatch(queued)

    await ledger().createBatch(batch, ids)

    expect(await ledger().batch(batch.operationId, batch.batchId)).toStrictEqual(queued)
  })

  it('whose nodes are written and not itself is completed', async () => {
    const batch = aBatch()
    const ids = uuids(3)
    const crash = { ...batch, batchId: batch.batchId }
    await ledger().createBatch(crash, ids)

    await ledger().createBatch(batch, ids)

    expect(await ledger().nodeIds(batch.operationId, batch.batchId)).toEqual(ids)
  })

  it('is never taken for one with other nodes', async () => {
    const batch = aBatch()
    const ids = uuids(3)
    await ledger().createBatch(batch, ids)

    await expect(ledger().createBatch(batch, ids.toReversed())).rejects.toThrow(Conflict)
    expect(await ledger().nodeIds(batch.operationId, batch.batchId)).toEqual(ids)
  })

  it('of two that save the next version at once, one does', async () => {
    const batch = aBatch()
    await ledger().createBatch(batch, uuids(1))
    const claims = [1, 2].map((worker) => become(batch, { state: 'SUBMITTING', dueAt: NOW + worker, claimedAt: NOW }))

    const saved = await Promise.all(claims.map((mine) => ledger().saveBatch(mine)))

    expect(saved.toSorted()).toEqual([false, true])
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

describe('results', () => {
  const write = async (count: number) => {
    const batch = aBatch()
    const ids = uuids(count)
    await ledger().createBatch(batch, ids)
    return { ids, of: [batch.operationId, batch.batchId] as const }
  }

  it('are read as they were written, in the order of the nodes', async () => {
    const { ids, of } = await write(5)
    const [a, b, c, , e] = ids as [string, string, string, string, string]
    const results = [
      aResult(a),
      aResult(b, { outcome: 'failed', code: 'Ecs.0227', reason: '“locked”' }),
      aResult(c),
      aResult(e, { outcome: 'unknown', jobId: null }),
    ]

    await ledger().saveResults(...of, ids, resultMap(results.toReversed()))

    expect([...(await ledger().results(...of)).values()]).toStrictEqual(results)
  })

  it('are none before any is final', async () => {
    const { ids, of } = await write(2)

    expect(await ledger().saveResults(...of, ids, new Map())).toBe(true)
    expect(await ledger().results(...of)).toEqual(new Map())
  })

  it('of a thousand nodes with jobs and times of their own take less than 60 KB', async () => {
    const { ids, of } = await write(1000)
    const results = ids.map((id, i) =>
      aResult(id, { jobId: randomUUID().replaceAll('-', ''), at: new Date(NOW + i * 137).toISOString() }),
    )

    await ledger().saveResults(...of, ids, resultMap(results))

    const item = await stored(of[0], `R#${of[1]}`)
    expect(item?.['packed']?.B?.length).toBeLessThan(60_000)
    expect([...(await ledger().results(...of)).values()]).toStrictEqual(results)
  })

  it('of a thousand nodes that ended alike take less than half a KB', async () => {
    const { ids, of } = await write(1000)

    await ledger().saveResults(...of, ids, resultMap(ids.map((id) => aResult(id))))

    expect(JSON.stringify(await stored(of[0], `R#${of[1]}`)).length).toBeLessThan(512)
    expect((await ledger().results(...of)).size).toBe(1000)
  })

  it('grow, and a late writer of fewer or other ones changes nothing', async () => {
    const { ids, of } = await write(3)
    const [a, b] = ids as [string, string]
    const one = resultMap([aResult(a)])
    const two = resultMap([aResult(a), aResult(b)])
    const others = resultMap([aResult(a), aResult(b, { outcome: 'failed' })])

    expect(await ledger().saveResults(...of, ids, one)).toBe(true)
    expect(await ledger().saveResults(...of, ids, two)).toBe(true)
    expect(await ledger().saveResults(...of, ids, one)).toBe(false)
    expect(await ledger().saveResults(...of, ids, others)).toBe(false)
    expect(await ledger().saveResults(...of, ids, two)).toBe(true)
    expect(await ledger().results(...of)).toEqual(two)
  })
})

describe('leases', () => {
  it('of ten that want a name, one gets it', async () => {
    const name = randomUUID()

    const taken = await Promise.all(
      Array.from({ length: 10 }, (_, i) => ledger().acquire(name, `worker ${i}`, NOW, NOW + 1_000)),
    )

    expect(taken.filter(Boolean)).toHaveLength(1)
  })

  it('a name is free when its time is over, and its holder may take it longer', async () => {
    const name = randomUUID()
    await ledger().acquire(name, 'a', NOW, NOW + 1_000)

    expect(await ledger().acquire(name, 'b', NOW + 999, NOW + 2_000)).toBe(false)
    expect(await ledger().acquire(name, 'a', NOW + 999, NOW + 2_000)).toBe(true)
    expect(await ledger().acquire(name, 'b', NOW + 1_999, NOW + 3_000)).toBe(false)
    expect(await ledger().acquire(name, 'b', NOW + 2_000, NOW + 3_000)).toBe(true)
  })

  it('a name given back is free at once; nobody gives back what another holds', async () => {
    const name = randomUUID()
    await ledger().acquire(name, 'a', NOW, NOW + 1_000)

    await ledger().release(name, 'b')
    const whileHeld = await ledger().acquire(name, 'b', NOW, NOW + 1_000)
    await ledger().release(name, 'a')
    const afterwards = await ledger().acquire(name, 'b', NOW, NOW + 1_000)

    expect([whileHeld, afterwards]).toEqual([false, true])
  })

  it('giving back what was never taken does nothing', async () => {
    await expect(ledger().release(randomUUID(), 'a')).resolves.toBeUndefined()
  })
})

describe('rate counts', () => {
  const rule: RateRule = { limit: 10, windowMs: 60_000, callMs: 30_000 }

  it('are never over the limit, however many take at once', async () => {
    const scope = randomUUID()
    const takers = Array.from({ length: 8 }, (_, taker) => ({ id: `batch ${taker}`, units: 3 }))

    const kinds = await Promise.all(
      takers.map(({ id, units }) =>
        ledger().updateRate(
          scope,
          (rate) => {
            const taken = take(rate, id, units, NOW, rule)
            return { rate: taken.rate, result: taken.kind }
          },
          NOW,
        ),
      ),
    )

    const rate = await ledger().updateRate(scope, (there) => ({ rate: there, result: there }), NOW)
    expect(kinds.filter((kind) => kind === 'granted')).toHaveLength(3)
    expect(rate.grants.map(({ units }) => units)).toEqual([3, 3, 3])
    expect(rate.tickets).toHaveLength(5)
  })

  it('are empty at first, and not written when nothing changes', async () => {
    const scope = randomUUID()

    const before = await ledger().updateRate(scope, (rate) => ({ rate, result: rate }), NOW)

    expect(before).toEqual(emptyRate)
    const Key = { pk: { S: `RATE#${scope}` }, sk: { S: 'RATE' } }
    const { Item } = await table.client.send(new GetItemCommand({ TableName: table.tableName, Key }))
    expect(Item).toBeUndefined()
  })

  it('are kept until their last grant is over', async () => {
    const scope = randomUUID()
    const until = NOW + 2 * 3_600_000
    const rate = { grants: [{ id: null, units: 1, until }], tickets: [{ id: 'a', units: 2, at: NOW }] }

    await ledger().updateRate(scope, () => ({ rate, result: null }), NOW)

    const Key = { pk: { S: `RATE#${scope}` }, sk: { S: 'RATE' } }
    const { Item } = await table.client.send(new GetItemCommand({ TableName: table.tableName, Key }))
    expect(Number(Item?.['expiresAt']?.N)).toBeGreaterThan(until / 1000)
    expect(await ledger().updateRate(scope, (there) => ({ rate: there, result: there }), NOW)).toEqual(rate)
  })
})

describe('letters', () => {
  it('are kept once, long ones cut', async () => {
    const letterId = randomUUID()
    const letter = { letterId, queue: 'otc-ecs', body: '€'.repeat(300_000), reason: 'is not JSON', receivedAt: NOW }

    await ledger().keepLetter(letter)
    await ledger().keepLetter({ ...letter, reason: 'delivered twice' })

    const Key = { pk: { S: `LETTER#${letterId}` }, sk: { S: 'LETTER' } }
    const { Item } = await table.client.send(new GetItemCommand({ TableName: table.tableName, Key }))
    expect(Item).toMatchObject({ queue: { S: 'otc-ecs' }, reason: { S: 'is not JSON' }, bodyLength: { N: '300000' } })
    expect(Item?.['body']?.S).toHaveLength(50_000)
  })
})

describe('an item that cannot be read', () => {
  const spoil = (operationId: string, body: string) =>
    table.client.send(
      new UpdateItemCommand({
        TableName: table.tableName,
        Key: { pk: { S: `OP#${operationId}` }, sk: { S: 'OP' } },
        UpdateExpression: 'SET body = :body',
        ExpressionAttributeValues: { ':body': { S: body } },
      }),
    )

  it.each([
    ['{', 'its body is not JSON'],
    ['{}', 'provider'],
    [JSON.stringify({ ...anOperation(), status: 'PAUSED' }), 'status'],
  ])('is an error that names it: %s', async (body, reason) => {
    const operation = anOperation()
    await ledger().createOperation(operation)
    await spoil(operation.operationId, body)

    const reading = ledger().operation(operation.operationId)

    await expect(reading).rejects.toThrow(`OP#${operation.operationId} OP: `)
    await expect(reading).rejects.toThrow(reason)
  })

  it('is told among what is due, and keeps nothing else from being found', async () => {
    const bad = anOperation({ dueAt: 5 })
    const good = anOperation({ dueAt: 6 })
    await Promise.all([bad, good].map((operation) => ledger().createOperation(operation)))
    await spoil(bad.operationId, '{')

    const due = await ledger().due(6, 10)

    expect(due.operations).toStrictEqual([good])
    expect(due.unreadable).toEqual([`OP#${bad.operationId} OP: its body is not JSON`])
  })
})

describe('a cursor', () => {
  it.each(['', 'x', 'bnVsbA', Buffer.from('{"after":"2026"}').toString('base64url'), '../..'])(
    'that no list was answered with is bad input: "%s"',
    async (cursor) => {
      const listing = ledger().listOperations({ limit: 10, cursor })

      await expect(listing).rejects.toThrow(InvalidRequest)
      await expect(listing).rejects.toMatchObject({ problems: [{ path: 'cursor' }] })
    },
  )
})
