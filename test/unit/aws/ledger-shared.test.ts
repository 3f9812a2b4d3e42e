import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createLedger } from '../../../lib/aws/ledger.ts'
import { admit, type Breaker } from '../../../lib/domain/breaker.ts'
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

  it('says until when a name is held', async () => {
    const name = randomUUID()

    const before = await ledger().heldUntil(name)
    await ledger().acquire(name, 'a', NOW, NOW + 1_000)
    const held = await ledger().heldUntil(name)
    await ledger().release(name, 'a')

    expect([before, held, await ledger().heldUntil(name)]).toEqual([0, NOW + 1_000, 0])
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
    const item = await table.stored(`RATE#${scope}`, 'RATE')
    expect(item).toBeUndefined()
  })

  it('are kept until their last grant is over', async () => {
    const scope = randomUUID()
    const until = NOW + 2 * 3_600_000
    const rate = { grants: [{ id: null, units: 1, until }], tickets: [{ id: 'a', units: 2, at: NOW }] }

    await ledger().updateRate(scope, () => ({ rate, result: null }), NOW)

    const item = await table.stored(`RATE#${scope}`, 'RATE')
    expect(Number(item?.['expiresAt']?.N)).toBeGreaterThan(until / 1000)
    expect(await ledger().updateRate(scope, (there) => ({ rate: there, result: there }), NOW)).toEqual(rate)
  })
})

describe('breakers', () => {
  const open: Breaker = {
    state: 'open',
    since: NOW,
    probeAt: NOW + 30_000,
    probes: 2,
    code: 'APIGW.0301',
    reason: 'no',
  }
  const there = (name: string) => ledger().updateBreaker(name, (breaker) => ({ breaker, result: breaker }), NOW)
  const itemOf = (name: string) => table.stored(`BREAKER#${name}`, 'BREAKER')

  it('are closed at first, and not written when nothing changes', async () => {
    const name = randomUUID()

    expect(await there(name)).toEqual({ state: 'closed' })
    expect(await itemOf(name)).toBeUndefined()
  })

  it('are read as they were written, open and closed again, and forgotten in the end', async () => {
    const name = randomUUID()

    await ledger().updateBreaker(name, () => ({ breaker: open, result: null }), NOW)
    const opened = [await there(name), Number((await itemOf(name))?.['expiresAt']?.N) * 1000]
    await ledger().updateBreaker(name, () => ({ breaker: { state: 'closed' }, result: null }), NOW)

    expect(opened).toEqual([open, open.probeAt + 7 * 86_400_000])
    expect(await there(name)).toEqual({ state: 'closed' })
  })

  it('of ten that want to probe, one may', async () => {
    const name = randomUUID()
    await ledger().updateBreaker(name, () => ({ breaker: open, result: null }), NOW)
    const probing = async () => {
      const now = open.probeAt
      return ledger().updateBreaker(
        name,
        (breaker) => {
          const admission = admit(breaker, now, (ms) => ms)
          return { breaker: admission.kind === 'probe' ? admission.breaker : breaker, result: admission.kind }
        },
        now,
      )
    }

    const kinds = await Promise.all(Array.from({ length: 10 }, probing))

    expect(kinds.filter((kind) => kind === 'probe')).toHaveLength(1)
    expect(kinds.filter((kind) => kind === 'blocked')).toHaveLength(9)
  })
})
