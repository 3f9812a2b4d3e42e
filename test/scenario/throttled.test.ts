import { describe, expect, test } from 'vitest'
import type { Work } from '../../lib/domain/work.ts'
import { findProvider } from '../../lib/providers/registry.ts'
import type { ProviderId } from '../helpers/world/clouds.ts'
import { expectWhole } from '../helpers/world/expect-whole.ts'
import { ehpcCluster, searchClusters, servers } from '../helpers/world/fleets.ts'
import { notSent, replying } from '../helpers/world/network.ts'
import { idsFor, requestFor } from '../helpers/world/requests.ts'
import { openWorld } from '../helpers/world/world.ts'

const huawei = (code: string) => ({ error: { code, message: 'later' } })

describe('a batch that is throttled waits and does not fail', () => {
  test.each<[string, ProviderId, ReturnType<typeof replying>, number]>([
    ['a flow limit inside a 202', 'otc-ecs', replying(202, huawei('Common.0024')), 5_000],
    ['a 429 of the gateway', 'otc-ecs', replying(429, { error_code: 'APIGW.0308', error_msg: 'later' }), 5_000],
    ['a 429 that says when', 'otc-ecs', replying(429, huawei('Common.1503'), { 'retry-after': '90' }), 90_000],
    ['"try again one minute later"', 'otc-ecs', replying(501, huawei('Ecs.0603')), 60_000],
    [
      'a busy search cluster in a 409',
      'otc-css',
      replying(409, { errCode: 'CSS.0011', externalMessage: 'busy' }),
      30_000,
    ],
    [
      'a busy search cluster in a 202',
      'otc-css',
      replying(202, { errCode: 'CSS.0011', externalMessage: 'busy' }),
      30_000,
    ],
    ['an update of EHPC', 'qingcloud-ehpc', replying(200, { ret_code: 5300, message: 'updating' }), 60_000],
    ['the quota of EHPC', 'qingcloud-ehpc', replying(200, { ret_code: 2500, message: 'quota' }), 300_000],
    ['a refused connection', 'otc-ecs', notSent, 1_000],
  ])('%s', async (_, provider, outcome, waitMs) => {
    const clouds = { ...servers('otc-ecs', 1), ...searchClusters('otc-css', 1), ...ehpcCluster(3) }
    const world = await openWorld({ clouds })
    world.network.fail({ method: 'POST', outcome })
    const operationId = await world.accept(requestFor(provider, 1))

    await world.run()

    expect(await world.operation(operationId)).toMatchObject({ status: 'SUCCEEDED', counts: { succeeded: 1 } })
    const [first, second, ...more] = world.network.submits()
    expect(second!.at - first!.at).toBeGreaterThanOrEqual(waitMs)
    expect(more).toEqual([])
    expect(world.acted()).toHaveLength(1)
    await expectWhole(world, [operationId])
  })
})

test('a search cluster that somebody restarts by hand is restarted once that is over', async () => {
  const world = await openWorld({ clouds: searchClusters('huaweicloud-css', 1) })
  const request = requestFor('huaweicloud-css', 1)
  const work = { ...request, options: {} } as unknown as Work // as the adapter is handed it
  await findProvider('huaweicloud-css')!.submit(work, idsFor('huaweicloud-css', 1), await world.clouds.api(work))
  const operationId = await world.accept(request)

  await world.run()

  expect(await world.operation(operationId)).toMatchObject({ status: 'SUCCEEDED' })
  const [byHand, ours] = world.fakes.get('huaweicloud-css')!.actions()
  expect(ours!.at - byHand!.at).toBeGreaterThan(30_000)
})

test('a second restart of a search cluster waits for the first to end when it says so', async () => {
  const world = await openWorld({ clouds: searchClusters('huaweicloud-css', 1) })
  const first = await world.accept(requestFor('huaweicloud-css', 1))
  const second = await world.accept(requestFor('huaweicloud-css', 1, { rollout: { whenHeld: 'wait' } }))

  await world.run()

  expect(await world.operation(first)).toMatchObject({ status: 'SUCCEEDED' })
  expect(await world.operation(second)).toMatchObject({ status: 'SUCCEEDED' })
  const [one, two] = world.fakes.get('huaweicloud-css')!.actions()
  expect(two!.at - one!.at).toBeGreaterThan(30_000)
})

test('batches of one EHPC cluster, which does one thing at a time, come one after the other', async () => {
  const world = await openWorld({ clouds: ehpcCluster(120) })
  const operationId = await world.accept(requestFor('qingcloud-ehpc', 120))

  await world.run()

  expect(await world.operation(operationId)).toMatchObject({ status: 'SUCCEEDED', counts: { succeeded: 120 } })
  expect(world.acted()).toHaveLength(120)
  await expectWhole(world, [operationId])
})

test('what is throttled until its deadline ends failed, surely not applied, with the reason of the provider', async () => {
  const world = await openWorld({ clouds: servers('otc-ecs', 2) })
  world.network.fail({ method: 'POST', times: 10_000, outcome: replying(501, huawei('Ecs.0603')) })
  const operationId = await world.accept(requestFor('otc-ecs', 2))

  await world.run()

  expect(world.acted()).toEqual([])
  expect(await world.operation(operationId)).toMatchObject({ status: 'FAILED', counts: { failed: 2 } })
  const [node] = await world.nodes(operationId)
  expect(node).toMatchObject({ code: 'Ecs.0603', reason: expect.stringContaining('surely not applied') })
  expect(world.network.submits().length).toBeLessThanOrEqual(31)
  await expectWhole(world, [operationId])
})

test('a refused credential is not tried again', async () => {
  const world = await openWorld({ clouds: servers('otc-ecs', 2) })
  const refusal = replying(401, { error_code: 'APIGW.0301', error_msg: 'Incorrect IAM authentication information' })
  world.network.fail({ method: 'POST', times: 10, outcome: refusal })
  const operationId = await world.accept(requestFor('otc-ecs', 2))

  await world.run()

  expect(world.network.submits()).toHaveLength(1)
  expect(await world.nodes(operationId)).toMatchObject([
    { outcome: 'failed', code: 'APIGW.0301' },
    { outcome: 'failed' },
  ])
  await expectWhole(world, [operationId])
})
