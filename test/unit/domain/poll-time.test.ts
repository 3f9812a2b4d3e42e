import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { nextPollAt, nextPollDelay, retryLookAt } from '../../../lib/domain/poll-time.ts'
import { T0, aTiming } from '../../helpers/builders.ts'
import { logNormalOf, randomOf } from '../../helpers/random.ts'

const age = fc.integer({ min: 0, max: 600_000 })

/** When a job is looked at, ms after its submission: the same times for every job until its end is seen. */
const looks: number[] = [0]
while (looks.length < 100) looks.push((looks.at(-1) ?? 0) + nextPollDelay(looks.at(-1) ?? 0, aTiming()))

/** How often a job of this duration is looked at until its end is seen, and how late that is. */
const followed = (durationMs: number) => {
  const polls = looks.findIndex((at) => at >= durationMs)
  return { polls, delay: (looks[polls] ?? Infinity) - durationMs }
}

describe('following jobs like those of ECS', () => {
  const duration = logNormalOf(randomOf(20_260_105), 30_000, 0.35)
  const seen = Array.from({ length: 20_000 }, () => followed(duration()))
  const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length

  it('takes 6.5 looks at most on average', () => {
    expect(mean(seen.map(({ polls }) => polls))).toBeLessThanOrEqual(6.5)
  })

  it('sees the end 1.6 s late at most on average, and 6 s in 99 of 100 cases', () => {
    const delays = seen.map(({ delay }) => delay).toSorted((a, b) => a - b)

    expect(mean(delays)).toBeLessThanOrEqual(1_600)
    expect(delays[19_799]).toBeLessThanOrEqual(6_000)
  })
})

describe('the wait for the next look', () => {
  it('is always some time and never longer than the longest gap', () => {
    const timing = fc.record({
      expectedMs: fc.integer({ min: 10, max: 3_600_000 }),
      spread: fc.double({ min: 0.05, max: 2, noNaN: true }),
      pollPriceMs: fc.integer({ min: 1, max: 60_000 }),
      maxPollGapMs: fc.integer({ min: 1, max: 600_000 }),
    })
    fc.assert(
      fc.property(age, timing, (ageMs, changes) => {
        const delay = nextPollDelay(ageMs, aTiming(changes))

        expect(delay).toBeGreaterThan(0)
        expect(delay).toBeLessThanOrEqual(changes.maxPollGapMs)
      }),
    )
  })

  it('is the longer, the dearer a look is', () => {
    const price = fc.integer({ min: 1, max: 10_000 })
    fc.assert(
      fc.property(age, price, price, (ageMs, one, other) => {
        const [cheap, dear] = [one, other].toSorted((a, b) => a - b)

        expect(nextPollDelay(ageMs, aTiming({ pollPriceMs: cheap ?? 0 }))).toBeLessThanOrEqual(
          nextPollDelay(ageMs, aTiming({ pollPriceMs: dear ?? 0 })),
        )
      }),
    )
  })

  it('is the shorter, the nearer the usual end is', () => {
    const delays = [0, 5_000, 10_000, 15_000, 20_000, 25_000].map((ageMs) => nextPollDelay(ageMs, aTiming()))

    expect(delays).toStrictEqual(delays.toSorted((a, b) => b - a))
  })

  it('is steady for a job that is long overdue', () => {
    expect(nextPollDelay(30_000_000, aTiming())).toBe(60_000)
  })

  it('scales with the pace of the stack', () => {
    const fast = aTiming({ expectedMs: 300, pollPriceMs: 2.5, maxPollGapMs: 600 })

    expect(nextPollDelay(200, fast) * 100).toBeCloseTo(nextPollDelay(20_000, aTiming()), 6)
  })
})

describe('the time of the next look', () => {
  it('counts the age of the job from its submission', () => {
    expect(nextPollAt(T0 + 20_000, T0, aTiming(), 1_000)).toBe(T0 + 20_000 + nextPollDelay(20_000, aTiming()))
  })

  it('takes a job of the future, as another clock may have it, for a new one', () => {
    expect(nextPollAt(T0, T0 + 5_000, aTiming(), 1_000)).toBe(T0 + nextPollDelay(0, aTiming()))
  })

  it('comes early for a small batch, then at doubling ages, until the end is likely', () => {
    const ages: number[] = [0]
    for (let at = 0; at < 60_000;) {
      at = nextPollAt(T0 + at, T0, aTiming(), 100) - T0
      ages.push(at)
    }

    expect(ages.slice(0, 5)).toEqual([0, 2_000, 4_000, 8_000, 16_000])
    expect(nextPollAt(T0 + 30_000, T0, aTiming(), 100)).toBe(nextPollAt(T0 + 30_000, T0, aTiming(), 1_000))
  })

  it('does not come early for a large batch', () => {
    expect(nextPollAt(T0, T0, aTiming(), 101)).toBe(T0 + nextPollDelay(0, aTiming()))
  })

  it('falls on the grid, and not before the time it would have without', () => {
    fc.assert(
      fc.property(age, fc.integer({ min: 1, max: 10_000 }), (ageMs, pollGridMs) => {
        const at = nextPollAt(T0 + ageMs, T0, aTiming({ pollGridMs }), 1_000)
        const exact = nextPollAt(T0 + ageMs, T0, aTiming(), 1_000)

        expect(at % pollGridMs).toBe(0)
        expect(at - exact).toBeGreaterThanOrEqual(0)
        expect(at - exact).toBeLessThan(pollGridMs)
      }),
    )
  })
})

describe('the time of a look after failed ones', () => {
  it.each([
    [1, 0, 3_000],
    [2, 0, 6_000],
    [5, 0, 48_000],
    [6, 0, 60_000],
    [5_000, 0, 60_000],
    [1, 45_000, 45_000],
    [1, 900_000, 900_000],
    [6, 1, 60_000],
  ])('after %i misses, asked to wait %s ms: %i ms later', (misses, waitMs, later) => {
    expect(retryLookAt(T0, misses, waitMs, aTiming())).toBe(T0 + later)
  })
})
