import { describe, expect, test } from 'vitest'
import { bench } from './bench.ts'

/** What nobody may find, and how the three differ in it. */
const harmOf = async (...[strategy, trouble, options]: Parameters<typeof bench>) => {
  const { tally, faults, violations } = await bench(strategy, trouble, options)
  const { operations, twice, unannounced, unresolved } = tally
  return { operations, faults, twice, unannounced, unresolved, violations }
}

const options = { seed: 1, operations: 80 }
const rivals = ['SQS and retry', 'Powertools idempotency'] as const

describe('when answers are lost (seed 1)', () => {
  test('Drover acts once, tells of all and leaves nothing open', async () => {
    const harm = await harmOf('Drover', 'answers are lost', options)

    expect(harm).toMatchObject({ operations: 80, twice: 0, unannounced: 0, unresolved: 0, violations: [] })
    expect(harm.faults.get('acts, closed')).toBeGreaterThan(0)
  })

  test.each(rivals)('%s acts twice', async (strategy) => {
    const harm = await harmOf(strategy, 'answers are lost', options)

    expect(harm.operations).toBe(80)
    expect(harm.twice).toBeGreaterThan(0)
  })
})

describe('when a cloud acts and says nothing (seed 1)', () => {
  const silence = 'a cloud acts and says nothing for 40 min'

  test('Drover acts once, tells of all and leaves nothing open', async () => {
    const harm = await harmOf('Drover', silence, options)

    expect(harm).toMatchObject({ operations: 80, twice: 0, unannounced: 0, unresolved: 0, violations: [] })
  })

  test.each(rivals)('%s acts twice, tells nobody and leaves operations open', async (strategy) => {
    const harm = await harmOf(strategy, silence, options)

    expect(harm.twice).toBeGreaterThan(0)
    expect(harm.unannounced).toBeGreaterThan(0)
    expect(harm.unresolved).toBeGreaterThan(0)
  })
})

test('one seed is one bench, whoever runs it', async () => {
  const once = await bench('Powertools idempotency', 'all of it', options)
  const again = await bench('Powertools idempotency', 'all of it', options)

  expect(again).toEqual(once)
})
