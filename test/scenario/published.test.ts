import { expect, test } from 'vitest'
import type { Ended } from '../../lib/domain/batch.ts'
import { nodeId } from '../helpers/builders.ts'
import { expectWhole } from '../helpers/world/expect-whole.ts'
import { replying } from '../helpers/world/network.ts'
import { requestFor } from '../helpers/world/requests.ts'
import { openWorld, type World } from '../helpers/world/world.ts'

const failure = { code: 'Ecs.0227', message: 'Failed to restart the ECS.' }
const ecs = (...numbers: number[]) => requestFor('otc-ecs', 0, { nodeIds: numbers.map(nodeId) })

/** How a batch comes to each of its ends. */
const ways: Record<Ended['state'], (world: World) => Promise<string>> = {
  SUCCEEDED: async (world) => world.accept(ecs(0, 1)),
  PARTIAL: async (world) => world.accept(ecs(2, 3)),
  FAILED: async (world) => world.accept(ecs(3)),
  TIMED_OUT: async (world) => world.accept(ecs(4, 5)),
  NEEDS_ATTENTION: async (world) => {
    const gone = replying(400, { code: 'Common.0011', message: 'Failed to query system tasks.' })
    world.network.fail({ method: 'GET', path: '/jobs/', times: 1000, outcome: gone })
    return world.accept(ecs(6, 7))
  },
  CANCELLED: async (world) => {
    const operationId = await world.accept(ecs(8, 9))
    await world.call('POST /v1/operations/{operationId}/cancel', operationId)
    return operationId
  },
  SKIPPED: async (world) => {
    const notAfter = new Date(world.clock.now() + 1_000).toISOString()
    const operationId = await world.accept({ ...ecs(10, 11), notAfter })
    world.clock.advance(2_000)
    return operationId
  },
}

test.each(Object.entries(ways))('the end %s is published exactly as the ledger has it', async (state, begin) => {
  const fleet = { failing: { [nodeId(3)]: failure }, stuck: [nodeId(5)] }
  const world = await openWorld({ clouds: { 'otc-ecs': { fleet } } })
  const operationId = await begin(world)

  await world.run()

  const ends = world.platform.published.flatMap(({ detail }) => (detail.endedAt === null ? [] : [detail]))
  const { status, counts, endedAt } = await world.operation(operationId)
  const nodes = await world.nodes(operationId)
  expect(ends).toHaveLength(2)
  expect(ends.find((end) => 'batchId' in end)).toMatchObject({ operationId, status: state, nodes, part: 1, parts: 1 })
  expect(ends.find((end) => !('batchId' in end))).toMatchObject({ operationId, status, counts, endedAt })
  await expectWhole(world, [operationId])
})

test('outcomes that do not fit into one event come in several, and all of them', async () => {
  const reason = 'x'.repeat(290)
  const failing = Object.fromEntries(
    Array.from({ length: 700 }, (_, i) => [nodeId(i), { code: 'Ecs.0227', message: `${i} ${reason}` }]),
  )
  const world = await openWorld({ clouds: { 'otc-ecs': { fleet: { failing } } } })
  const operationId = await world.accept(requestFor('otc-ecs', 1000))

  await world.run()

  const parts = world.platform.published.flatMap(({ detail }) =>
    'batchId' in detail && detail.status === 'PARTIAL' ? [detail] : [],
  )
  expect(parts.length).toBeGreaterThan(1)
  expect(parts.map(({ part }) => part)).toEqual(parts.map((_, i) => i + 1))
  for (const { counts } of parts) expect(counts).toMatchObject({ total: 1000, failed: 700, succeeded: 300 })
  expect(parts.flatMap(({ nodes }) => nodes)).toEqual(await world.nodes(operationId))
  for (const part of parts) expect(Buffer.byteLength(JSON.stringify(part))).toBeLessThan(256 * 1024)
  await expectWhole(world, [operationId])
})
