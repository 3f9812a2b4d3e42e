import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { jobDocumentRows } from './job-rows.ts'
import { cssJobRows, ehpcJobRows } from './other-job-rows.ts'
import { services, serviceTrials } from './services.ts'
import { openStrictStack, type StrictCloud, type StrictStack } from './strict-stack.ts'
import { type Row, testEndings } from './trial.ts'

const rowsOf = (provider: keyof typeof services, rows: readonly Row[]) => ({
  service: services[provider],
  trials: serviceTrials(
    services[provider],
    rows.map((row) => ({ ...row, name: `${provider}: ${row.name}` })),
  ),
})

const tested = [
  rowsOf('qingcloud-ehpc', ehpcJobRows),
  rowsOf('otc-css', cssJobRows),
  rowsOf('huaweicloud-bms', jobDocumentRows),
]
const trials = tested.flatMap((each) => each.trials)

describe('jobs that are strange, contradictory or gone, at the other clouds', () => {
  let tried: StrictStack
  const carryOut = (cloud: StrictCloud, endsWell: boolean) =>
    tried.carryOut(
      cloud,
      cloud.trials.filter(({ row }) => (row.status === 'SUCCEEDED') === endsWell),
    )

  beforeAll(async () => {
    tried = await openStrictStack(tested, { deadlineSeconds: 18 })
    // Those that must be followed to their deadline come last: a stack that has just been started is slow.
    for (const endsWell of [true, false]) await Promise.all(tried.clouds.map((cloud) => carryOut(cloud, endsWell)))
  }, 100_000)
  afterAll(() => tried?.close())

  testEndings(trials, () => tried)

  test('nothing but what was asked for was done', () => {
    const asked = new Set(trials.flatMap(({ nodeIds }) => nodeIds))
    const acted = tried.clouds.flatMap(({ cloud }) => cloud.actions().map(({ nodeId }) => nodeId))

    expect(acted.filter((nodeId) => !asked.has(nodeId))).toEqual([])
  })
})
