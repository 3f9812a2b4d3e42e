import { expect, test } from 'vitest'
import { ingest } from '../../functions/ingest/ingest.ts'
import { isEnded } from '../../lib/domain/batch.ts'
import type { Ask, ServerProvider } from './asks.ts'
import { createDice } from './dice.ts'
import { withEntropyOf } from './entropy.ts'
import { calm } from './profile.ts'
import { createWorld } from './world.ts'

const REQUESTS = 30
const PATIENCE_MS = 600_000

/** How long after its servers were up each restart at `otc-ecs` was seen to have ended, beside restarts at others, ms. */
const delaysBeside = async (others: readonly ServerProvider[]): Promise<number[]> => {
  const dice = createDice(3)
  return withEntropyOf(dice.random, async () => {
    const silent = others.map((what) => ({ what, from: 15_000, until: Infinity, how: 'silent' as const }))
    const world = createWorld({ dice, profile: { ...calm, outages: silent }, fates: undefined, trace: undefined })
    const { scheduler, table, asks, clouds, platform, watch } = world
    const restart = (provider: ServerProvider): Ask => {
      const ask = asks.next(provider)
      return ask.action === 'restart' ? ask : restart(provider)
    }
    const asked = ['otc-ecs' as const, ...others].flatMap((id) => Array.from({ length: REQUESTS }, () => restart(id)))
    for (const { marker, body } of asked)
      platform.call(
        'ingest',
        (deps) => ingest(body, marker, deps),
        () => {},
      )

    const operations = () => [...table.operations.values()].filter(({ provider }) => provider === 'otc-ecs')
    const batches = () => operations().flatMap(({ operationId }) => table.batches(operationId))
    const allEnded = () => operations().length === REQUESTS && batches().length > 0 && batches().every(isEnded)
    await scheduler.run(() => allEnded() || world.sinceStart() > PATIENCE_MS)

    expect(watch.violations).toEqual([])
    return batches().map((batch) => {
      const ends = table
        .nodeIds(batch.batchId)
        .map((id) => clouds['otc-ecs'].server(batch.target['projectId'] ?? '', id)?.updatedAt ?? Infinity)
      return (isEnded(batch) ? batch.endedAt : Infinity) - Math.max(...ends)
    })
  })
}

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length

test('a cloud that answers no look holds up the looks at no other', async () => {
  const alone = await delaysBeside([])
  const beside = await delaysBeside(['huaweicloud-ecs', 'otc-bms'])

  expect(beside.length).toBeGreaterThanOrEqual(REQUESTS)
  expect(mean(beside)).toBeLessThanOrEqual(mean(alone) + 2_000)
  expect(Math.max(...beside)).toBeLessThanOrEqual(Math.max(...alone) + 2_000)
})
