import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { emptyRate, type Rate, settle, take } from '../../../lib/domain/rate.ts'
import { randomOf } from '../../helpers/random.ts'

const rule = { limit: 1_000, windowMs: 60_000, callMs: 30_000 }

/** A count that is asked and settled as workers do, one after the other. */
const counter = () => {
  let rate: Rate = emptyRate
  return {
    take: (id: string, units: number, now: number) => {
      const taken = take(rate, id, units, now, rule)
      rate = taken.rate
      return taken.kind === 'granted' ? 'granted' : taken.at
    },
    settle: (id: string, now: number) => {
      rate = settle(rate, id, now, rule)
    },
    rate: () => rate,
  }
}

describe('tokens', () => {
  it('are granted up to the limit, and not beyond it', () => {
    const count = counter()

    expect([count.take('a', 600, 0), count.take('b', 400, 0)]).toStrictEqual(['granted', 'granted'])
    expect(count.take('c', 1, 0)).not.toBe('granted')
  })

  it('are free again one window after the call was answered, on a grid of a 240th of it', () => {
    const count = counter()
    count.take('a', 1_000, 0)
    count.settle('a', 700)

    expect(count.take('b', 1_000, 60_700)).toBe(60_750)
    expect(count.take('b', 1_000, 60_749)).toBe(60_750)
    expect(count.take('b', 1_000, 60_750)).toBe('granted')
  })

  it('are held one window after the longest call where no answer is heard of', () => {
    const count = counter()
    count.take('a', 1_000, 0)

    expect(count.take('b', 1_000, 89_999)).toBe(90_000)
    expect(count.take('b', 1_000, 90_000)).toBe('granted')
  })

  it('are the same for a worker that asks again, and held for the call that it still makes', () => {
    const count = counter()
    count.take('a', 1_000, 0)

    expect(count.take('a', 1_000, 89_000)).toBe('granted')
    expect(count.rate().grants).toHaveLength(1)
    expect(count.take('b', 1_000, 90_000)).not.toBe('granted')
    expect(count.take('b', 1_000, 178_999)).toBe(179_000)
  })

  it('do not change when an answer is told twice, or of a call that is not known', () => {
    const count = counter()
    count.take('a', 10, 0)
    count.settle('a', 100)
    const before = count.rate()

    count.settle('a', 5_000)
    count.settle('stranger', 5_000)

    expect(count.rate()).toBe(before)
  })

  it('take no room of their own once they are settled at about the same time', () => {
    const count = counter()
    for (let i = 0; i < 100; i += 1) {
      count.take(`call-${i}`, 1, 0)
      count.settle(`call-${i}`, 1 + i)
    }

    expect(count.rate().grants).toStrictEqual([{ id: null, units: 100, until: 60_250 }])
  })
})

describe('who has to wait', () => {
  it('is told to come back when the call under way is likely to be free again, not after the longest call', () => {
    const count = counter()
    count.take('a', 1_000, 0)

    expect(count.take('b', 1_000, 100)).toBe(60_300)
    expect(count.take('c', 1_000, 100)).toBe(60_300 + 60_300)
  })

  it('is told to come back after the longest call when it is not answered by then', () => {
    const count = counter()
    count.take('a', 1_000, 0)
    count.take('b', 1_000, 100)

    expect(count.take('b', 1_000, 60_300)).toBe(90_000)
  })

  it('is served in the order of arrival, whoever comes back first', () => {
    const count = counter()
    count.take('a', 1_000, 0)
    count.settle('a', 0)
    count.take('first', 600, 1)
    count.take('second', 600, 2)

    expect(count.take('second', 600, 60_000)).not.toBe('granted')
    expect(count.take('first', 600, 60_001)).toBe('granted')
    expect(count.take('second', 600, 60_002)).not.toBe('granted')
  })

  it('may take what those in front leave over, and no more', () => {
    const count = counter()
    count.take('a', 500, 0)
    count.take('big', 600, 1)

    expect(count.take('any', 1, 2)).not.toBe('granted')
    count.settle('a', 3)
    expect(count.take('big', 600, 60_250)).toBe('granted')
    expect(count.take('any', 1, 60_251)).toBe('granted')
  })

  it('need not wait for one in front when there is room for both', () => {
    const count = counter()
    count.take('a', 1_000, 0)
    count.settle('a', 0)
    count.take('first', 600, 1)
    count.take('second', 400, 2)

    expect(count.take('second', 400, 60_000)).toBe('granted')
    expect(count.take('first', 600, 60_000)).toBe('granted')
  })

  it('loses its place when it does not come back, so that nobody waits for it for good', () => {
    const count = counter()
    count.take('a', 1_000, 0)
    count.settle('a', 0)
    expect(count.take('abandoned', 1_000, 1)).toBe(60_000)
    count.take('b', 1_000, 2)

    expect(count.take('b', 1_000, 89_999)).not.toBe('granted')
    expect(count.take('b', 1_000, 90_000)).toBe('granted')
  })

  it('never sees a time that has passed', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(1_000), fc.nat(40_000)), { maxLength: 40 }), (asked) => {
        const count = counter()
        let now = 0
        const waits = asked.map(([units, dt], i) => {
          now += dt
          const answer = count.take(`batch-${i}`, units, now)
          return answer === 'granted' ? 1 : answer - now
        })

        expect(Math.min(1, ...waits)).toBeGreaterThan(0)
      }),
    )
  })

  it('keeps the count small enough for one row, however many wait', () => {
    const count = counter()
    for (let i = 0; i < 5_000; i += 1) count.take(`op-0123456789abcdef0123456789abcdef.${i}#0`, 20, i)

    expect(count.rate().tickets).toHaveLength(500)
    expect(count.take('one more', 20, 5_000)).toBeGreaterThan(600_000)
    expect(JSON.stringify(count.rate()).length).toBeLessThan(100_000)
  })
})

describe('whatever workers do and however their clock jumps', () => {
  type Call = { from: number; to: number; settled: boolean }
  const step = fc.record({
    id: fc.nat(12),
    dt: fc.oneof(fc.constant(0), fc.nat(50), fc.nat(4_000), fc.nat(90_000), fc.constantFrom(59_000, 61_000, 89_000)),
    does: fc.constantFrom('take', 'take', 'settle'),
  })

  it('no rolling window ever counts more than the limit', () => {
    const units = (id: number) => 40 + ((id * 137) % 500)
    fc.assert(
      fc.property(fc.array(step, { maxLength: 120 }), (steps) => {
        const count = counter()
        const calls = new Map<number, Call[]>()
        let now = 0
        for (const { id, dt, does } of steps) {
          now += dt
          const mine = calls.get(id) ?? calls.set(id, []).get(id) ?? []
          const open = mine.at(-1)?.settled === false ? mine.at(-1) : undefined
          const name = `${id}#${open === undefined ? mine.length : mine.length - 1}`
          if (does === 'take' && count.take(name, units(id), now) === 'granted') {
            // A name is asked for again only while its call was not made: then it is made within a call from now.
            if (open === undefined) mine.push({ from: now, to: now + rule.callMs, settled: false })
            else Object.assign(open, { from: now > open.to ? now : open.from, to: now + rule.callMs })
          } else if (does === 'settle' && open !== undefined) {
            count.settle(name, now)
            open.to = Math.min(open.to, now)
            open.settled = true
          }
        }

        // Each call is counted at the worst moment between its grant and its answer.
        const all = [...calls].flatMap(([id, list]) => list.map(({ from, to }) => ({ units: units(id), from, to })))
        for (const { to: start } of all) {
          const counted = all.filter(({ from, to }) => to >= start && from < start + rule.windowMs)
          expect(counted.reduce((sum, call) => sum + call.units, 0)).toBeLessThanOrEqual(rule.limit)
        }
      }),
      { numRuns: 400 },
    )
  })
})

describe('eight workers', () => {
  /** Works a queue of equal batches off; answers the share of the allowed rate that was used, and how often was asked. */
  const simulated = (batches: number, units: number, seed: number) => {
    const random = randomOf(seed)
    const count = counter()
    const waiting = Array.from({ length: batches }, (_, i) => ({ id: `batch-${i}`, due: 0 }))
    const workers = Array.from({ length: 8 }, () => 0)
    const calls: { id: string; answeredAt: number }[] = []
    let [asked, lastGrant] = [0, 0]
    while (waiting.length > 0) {
      waiting.sort((a, b) => a.due - b.due)
      const next = waiting.shift() ?? { id: '', due: 0 }
      workers.sort((a, b) => a - b)
      const now = Math.max(next.due, workers.shift() ?? 0)
      calls.sort((a, b) => a.answeredAt - b.answeredAt)
      while ((calls[0]?.answeredAt ?? Infinity) <= now) {
        const { id, answeredAt } = calls.shift() ?? { id: '', answeredAt: 0 }
        count.settle(id, answeredAt)
      }
      const answer = count.take(next.id, units, now)
      asked += 1
      const answeredAt = now + (answer === 'granted' ? 100 + random() * 400 : 10)
      workers.push(answeredAt)
      if (answer === 'granted') {
        calls.push({ id: next.id, answeredAt })
        lastGrant = now
        // The poller passes every 100 ms, a message is under way for some more.
      } else waiting.push({ id: next.id, due: answer + 20 + random() * 130 })
    }
    const windows = (batches * units) / rule.limit
    return { used: ((windows - 1) * rule.windowMs) / lastGrant, askedPerBatch: asked / batches }
  }

  it.each([
    ['batches of a whole limit', 40, 1_000, 12],
    ['small batches', 1_500, 20, 12],
    ['batches that do not fill a limit alone', 400, 100, 12],
  ])('use 98 of 100 allowed units with %s', (_, batches, units, most) => {
    const { used, askedPerBatch } = simulated(batches, units, 7)

    expect(used).toBeGreaterThanOrEqual(0.98)
    expect(used).toBeLessThanOrEqual(1)
    expect(askedPerBatch).toBeLessThan(most)
  })
})
