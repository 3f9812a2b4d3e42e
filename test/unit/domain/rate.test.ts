import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { emptyRate, type Rate, refund, settle, take, withdraw } from '../../../lib/domain/rate.ts'
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

  it('of others are held no longer when one worker asks again', () => {
    const count = counter()
    count.take('a', 500, 0)
    count.take('b', 500, 0)
    count.take('a', 500, 20_000)

    expect(count.take('c', 500, 90_000)).toBe('granted')
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

  it('are added up with no others than those that were settled at about the same time', () => {
    const count = counter()
    count.take('old', 1, 0)
    count.settle('old', 100)
    count.take('under way', 2, 0)
    count.take('answered', 4, 0)

    // To the end of the longest call: it is free again at the same moment as the one that nobody has heard of.
    count.settle('answered', 30_000)

    expect(count.rate().grants).toStrictEqual([
      { id: null, units: 1, until: 60_250 },
      { id: 'under way', units: 2, until: 90_000 },
      { id: null, units: 4, until: 90_000 },
    ])
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

  it('may take what those in front leave over, now and when their turn has come, and no more', () => {
    const count = counter()
    count.take('a', 500, 0)
    count.settle('a', 0)
    expect(count.take('big', 600, 1)).toBe(60_000)

    expect(count.take('more', 401, 10_000)).not.toBe('granted')
    expect(count.take('no more', 400, 10_001)).toBe('granted')
    expect(count.take('one', 1, 10_002)).not.toBe('granted')
    expect(count.take('big', 600, 60_000)).toBe('granted')
  })

  it('is put off by those that come later by some seconds at most, however many there are', () => {
    const ASKS_AT = 70_000
    /** When a batch of the whole limit is served, of which small ones come before, and after, until the end. */
    const servedAt = (smallUntil: number): number => {
      const count = counter()
      const batches = [{ id: 'big', units: 1_000, at: ASKS_AT, answerAt: 0 }]
      for (let at = 0; at < smallUntil; at += 500) batches.push({ id: `small-${at}`, units: 10, at, answerAt: 0 })
      for (let now = 0; batches[0]?.answerAt === 0; now += 50) {
        for (const batch of batches) {
          if (batch.answerAt === now) count.settle(batch.id, now)
          if (batch.at > now) continue
          const answer = count.take(batch.id, batch.units, now)
          if (answer === 'granted') Object.assign(batch, { at: Infinity, answerAt: now + 400 })
          else batch.at = answer
        }
      }
      return (batches[0]?.answerAt ?? 0) - 400
    }

    const [alone, crowded] = [servedAt(ASKS_AT), servedAt(300_000)]

    expect(alone).toBeGreaterThan(ASKS_AT + 60_000)
    expect(crowded - alone).toBeLessThan(0.15 * 60_000 + 1_000)
  })

  it('is told of no time when it is more than the limit, and keeps nobody from anything', () => {
    const count = counter()

    expect(take(emptyRate, 'too large', 1_001, 5, rule)).toStrictEqual({ kind: 'wait', rate: emptyRate, at: 60_005 })
    expect(count.take('too large', 1_001, 5)).toBe(60_005)
    expect(count.take('b', 1_000, 6)).toBe('granted')
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

describe('tokens of a call that was not made', () => {
  it('are free at once, and those of others are not', () => {
    const before: Rate = {
      grants: [
        { id: 'a', units: 600, until: 90_000 },
        { id: 'b', units: 400, until: 90_000 },
      ],
      tickets: [{ id: 'c', units: 1, at: 60_000 }],
    }

    const after = refund(before, 'a')

    expect(after).toStrictEqual({ grants: [{ id: 'b', units: 400, until: 90_000 }], tickets: before.tickets })
  })

  it('that are not known, or were used after all, are left as they are', () => {
    const before: Rate = { grants: [{ id: null, units: 600, until: 90_000 }], tickets: [] }

    expect(refund(before, 'a')).toBe(before)
  })
})

describe('who will not come back', () => {
  it('gives up its turn, and nothing that it or others were granted', () => {
    const grants = [{ id: 'a#1', units: 600, until: 90_000 }]
    const tickets = [
      { id: 'a#2', units: 600, at: 60_000 },
      { id: 'b#1', units: 600, at: 61_000 },
    ]

    const after = withdraw({ grants, tickets }, (id) => id.startsWith('a#'))

    expect(after).toStrictEqual({ grants, tickets: tickets.slice(1) })
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
  const WINDOWS = 10

  /** Works a queue of batches off; the share of the allowed rate that was used in ten windows, and how often was asked. */
  const simulated = (batches: number, sizeOf: (random: () => number) => number, seed: number) => {
    const random = randomOf(seed)
    const count = counter()
    const waiting = Array.from({ length: batches }, (_, i) => ({ id: `batch-${i}`, units: sizeOf(random), due: 0 }))
    const workers = Array.from({ length: 8 }, () => 0)
    const calls: { id: string; answeredAt: number }[] = []
    let [asked, granted] = [0, 0]
    for (;;) {
      waiting.sort((a, b) => a.due - b.due)
      const next = waiting.shift() ?? { id: '', units: 0, due: Infinity }
      workers.sort((a, b) => a - b)
      const now = Math.max(next.due, workers.shift() ?? 0)
      if (now >= WINDOWS * rule.windowMs) break
      calls.sort((a, b) => a.answeredAt - b.answeredAt)
      while ((calls[0]?.answeredAt ?? Infinity) <= now) {
        const { id, answeredAt } = calls.shift() ?? { id: '', answeredAt: 0 }
        count.settle(id, answeredAt)
      }
      const answer = count.take(next.id, next.units, now)
      asked += 1
      const answeredAt = now + (answer === 'granted' ? 100 + random() * 400 : 10)
      workers.push(answeredAt)
      if (answer === 'granted') {
        calls.push({ id: next.id, answeredAt })
        granted += next.units
        // The poller passes every 100 ms, a message is under way for some more.
      } else waiting.push({ ...next, due: answer + 20 + random() * 130 })
    }
    return { used: granted / (WINDOWS * rule.limit), askedPerBatch: asked / batches }
  }

  it.each([
    ['batches of a whole limit', 15, () => 1_000, 4],
    ['small batches', 700, () => 20, 4],
    ['batches that do not fill a limit alone', 150, () => 100, 4],
    ['batches of all sizes', 120, (random: () => number) => 1 + Math.floor(random() * 250), 4],
  ])('use 98 of 100 allowed units with %s', (_, batches, sizeOf, most) => {
    const { used, askedPerBatch } = simulated(batches, sizeOf, 7)

    expect(used).toBeGreaterThanOrEqual(0.98)
    expect(used).toBeLessThanOrEqual(1)
    expect(askedPerBatch).toBeLessThan(most)
  })
})
