import { describe, expect, test } from 'vitest'
import type { Clouds } from './asks.ts'
import type { Fates, Kind } from './life.ts'
import { calm, type Profile } from './profile.ts'
import { type Run, simulate } from './simulate.ts'

/** A small operation of every kind of provider. */
const providers = ['otc-ecs', 'otc-css', 'qingcloud-ehpc'] as const satisfies (keyof Clouds)[]

const lifeOf = (only: keyof Clouds, fates: Fates, profile: Partial<Profile> = {}): Promise<Run> =>
  simulate({ seed: 27, operations: 1, only, fates, profile: { ...calm, ...profile } })

const diesAt =
  (kind: Kind, at: number, when: 'dies before' | 'dies after'): Fates =>
  (one, index) =>
    one === kind && index === at ? when : 'well'

/** Every run in which one function dies once: at each of its effects, before it took effect and after. */
const crashesOf = async (only: keyof Clouds, kind: Kind, count: number): Promise<string[]> => {
  const wrong: string[] = []
  for (let at = 0; at < count; at += 1) {
    for (const when of ['dies before', 'dies after'] as const) {
      const { violations, statuses } = await lifeOf(only, diesAt(kind, at, when))
      if (violations.length > 0 || statuses['SUCCEEDED'] !== 1)
        wrong.push(`${kind} ${when} effect ${at}: ${JSON.stringify({ statuses, violations })}`)
    }
  }
  return wrong
}

describe.each(providers)('one operation of %s', (provider) => {
  test.each(['ingest', 'invoker', 'poller'] as const)('survives a crash of %s at every effect', async (kind) => {
    const { effects } = await lifeOf(provider, () => 'well')

    const wrong = await crashesOf(provider, kind, effects[kind])

    expect(wrong).toEqual([])
  })
})

test('the effects that a crash is put at are all that there are', async () => {
  const counts: Record<string, Run['effects']> = {}
  for (const provider of providers) counts[provider] = (await lifeOf(provider, () => 'well')).effects

  expect(counts).toMatchInlineSnapshot(`
    {
      "otc-css": {
        "dead-letter": 0,
        "ingest": 9,
        "invoker": 8,
        "operations": 0,
        "poller": 110,
      },
      "otc-ecs": {
        "dead-letter": 0,
        "ingest": 9,
        "invoker": 12,
        "operations": 0,
        "poller": 68,
      },
      "qingcloud-ehpc": {
        "dead-letter": 0,
        "ingest": 9,
        "invoker": 12,
        "operations": 0,
        "poller": 57,
      },
    }
  `)
})

describe('a message that nobody can work on', () => {
  /** The invoker dies as often as a queue delivers one message. */
  const invokerDies: Fates = (kind, index) => (kind === 'invoker' && index < 5 ? 'dies before' : 'well')
  /** Its keeper writes what it said, then what it is. */
  const EFFECTS = 2
  const deaths = Array.from({ length: EFFECTS }, (_, at) => [
    [at, 'dies before'] as const,
    [at, 'dies after'] as const,
  ]).flat()

  test('is kept with so many effects', async () => {
    const { effects } = await lifeOf('otc-ecs', invokerDies, { visibilityMs: 5_000 })

    expect(effects['dead-letter']).toBe(EFFECTS)
  })

  test.each(deaths)('is in the ledger, also when its keeper, at effect %i, %s', async (at, when) => {
    const fates: Fates = (kind, index, name) =>
      kind === 'dead-letter' && index === at ? when : invokerDies(kind, index, name)

    const { effects, letters, statuses, violations } = await lifeOf('otc-ecs', fates, { visibilityMs: 5_000 })

    expect(violations).toEqual([])
    expect({ letters, statuses, buried: effects['dead-letter'] }).toEqual({
      letters: 1,
      statuses: { SUCCEEDED: 1 },
      buried: at + 1 + EFFECTS,
    })
  })
})
