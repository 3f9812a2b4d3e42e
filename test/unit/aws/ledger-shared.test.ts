import { randomUUID } from 'node:crypto'
import { GetItemCommand } from '@aws-sdk/client-dynamodb'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createLedger } from '../../../lib/aws/ledger.ts'
import { emptyRate, type RateRule, take } from '../../../lib/domain/rate.ts'
import { startTable } from '../../helpers/table.ts'
import { NOW } from './entities.ts'

let table: Awaited<ReturnType<typeof startTable>>
const ledger = () => createLedger(table)

beforeAll(async () => {
  table = await startTable()
})
afterAll(() => table.close())

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

    const isNew = await ledger().keepLetter(letter)
    const isNewAgain = await ledger().keepLetter({ ...letter, reason: 'delivered twice' })

    expect([isNew, isNewAgain]).toEqual([true, false])
    const Key = { pk: { S: `LETTER#${letterId}` }, sk: { S: 'LETTER' } }
    const { Item } = await table.client.send(new GetItemCommand({ TableName: table.tableName, Key }))
    expect(Item).toMatchObject({ queue: { S: 'otc-ecs' }, reason: { S: 'is not JSON' }, bodyLength: { N: '300000' } })
    expect(Item?.['body']?.S).toHaveLength(50_000)
  })
})
