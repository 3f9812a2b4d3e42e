import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { huaweiCredentials } from '../../helpers/huawei-client.ts'
import { ELSEWHERE } from '../../helpers/manners.ts'
import { type EcsTrials, tryAll } from './ecs-trials.ts'
import { jobRows } from './job-rows.ts'
import { providerRows } from './provider-rows.ts'
import { testEndings, trialsOf } from './trial.ts'

const trials = trialsOf([...providerRows, ...jobRows])

describe('a cloud that is hostile to those who act and to those who look', () => {
  let tried: EcsTrials
  beforeAll(async () => {
    tried = await tryAll(trials, 20)
  }, 150_000)
  afterAll(() => tried?.close())

  testEndings(trials, () => tried)

  test('nothing but what was asked for was done, and no redirect was followed', () => {
    const { cloud, stack } = tried
    const asked = new Set(trials.flatMap(({ nodeIds }) => nodeIds))

    expect(cloud.actions().filter(({ nodeId }) => !asked.has(nodeId))).toEqual([])
    expect([cloud.reads(ELSEWHERE), cloud.mutations(ELSEWHERE).length]).toEqual([0, 0])
    expect(stack.stderr()).not.toContain(huaweiCredentials.secretKey)
  })
})
