import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseRequest } from '../../../lib/domain/parse-request.ts'
import { plan, plannedBatches } from '../../../lib/domain/plan.ts'
import { InvalidRequest } from '../../../lib/domain/problem.ts'
import type { OperationRequest } from '../../../lib/domain/request.ts'
import { T0, aBody, aManifest, aRequest, anAction, nodeId, nodeIds } from '../../helpers/builders.ts'

const manifest = aManifest()
const rollout = (batchSize: number): OperationRequest['rollout'] => ({ batchSize, waves: 'all', whenHeld: 'skip' })
const sizes = (request: OperationRequest) => plan(request, manifest).batches.map((batch) => batch.length)

const shuffled = fc.uniqueArray(fc.nat(500), { minLength: 1, maxLength: 60 }).map((ns) => ns.map(nodeId))

describe('the batches of a plan', () => {
  it.each([
    [1, 1000, [1]],
    [1000, 1000, [1000]],
    [1001, 1000, [1000, 1]],
    [2500, 1000, [1000, 1000, 500]],
    [5, 2, [2, 2, 1]],
  ])('of %i nodes by %i are as full as they can be', (count, batchSize, expected) => {
    expect(sizes(aRequest({ nodeIds: nodeIds(count), rollout: rollout(batchSize) }))).toStrictEqual(expected)
  })

  it('are never larger than the provider takes', () => {
    const small = aManifest({ actions: { restart: anAction({ nodesPerCall: 50 }) } })

    const { batches } = plan(aRequest({ nodeIds: nodeIds(120) }), small)

    expect(batches.map((batch) => batch.length)).toStrictEqual([50, 50, 20])
  })

  it('have every node exactly once', () => {
    fc.assert(
      fc.property(shuffled, fc.integer({ min: 1, max: 70 }), (ids, batchSize) => {
        const { batches } = plan(aRequest({ nodeIds: ids, rollout: rollout(batchSize) }), manifest)

        expect(batches.flat().toSorted()).toStrictEqual(ids.toSorted())
        expect(batches.every((batch) => batch.length > 0 && batch.length <= batchSize)).toBe(true)
      }),
    )
  })

  it('are 5,000 at most', () => {
    const request = aRequest({ nodeIds: nodeIds(5_001), rollout: rollout(1) })

    expect(() => plan(request, manifest)).toThrow(InvalidRequest)
    expect(sizes({ ...request, nodeIds: nodeIds(5_000) })).toHaveLength(5_000)
  })
})

describe('two plans', () => {
  it('are the same for the same request in any order of ids and keys', () => {
    const given = shuffled.chain((ids) =>
      fc.tuple(fc.constant(ids), fc.shuffledSubarray(ids, { minLength: ids.length })),
    )
    fc.assert(
      fc.property(given, ([ids, otherwise]) => {
        const options = { mode: 'hard', force: true }
        const reversed = Object.fromEntries(Object.entries(aBody({ options })).toReversed())
        const one = parseRequest(aBody({ nodeIds: ids, options }), () => manifest)
        const other = parseRequest(
          { ...reversed, nodeIds: otherwise, options: { force: true, mode: 'hard' } },
          () => manifest,
        )

        expect(plan(other, manifest)).toStrictEqual(plan(one, manifest))
      }),
    )
  })

  it('are the same whether a default is said or not', () => {
    const bare = parseRequest(aBody(), () => manifest)
    const said = parseRequest(
      aBody({ options: { force: false, mode: 'soft' }, rollout: { waves: 'all', batchSize: 1000 }, reason: null }),
      () => manifest,
    )

    expect(plan(said, manifest)).toStrictEqual(plan(bare, manifest))
  })

  it.each([
    ['another node', { nodeIds: nodeIds(3) }],
    ['another option', { options: { mode: 'hard', force: false } }],
    ['another target', { target: { region: 'eu-nl', projectId: '0215ef11' } }],
    ['another action', { action: 'stop' }],
    ['another reason', { reason: 'because' }],
    ['another time', { notAfter: '2026-12-01T02:00:00.000Z' }],
    ['other batches', { rollout: rollout(1) }],
  ] as const)('differ in both hashes by %s', (_, changes) => {
    const one = plan(aRequest(), manifest)
    const other = plan(aRequest(changes), manifest)

    expect(other.requestHash).not.toBe(one.requestHash)
    expect(other.hash).not.toBe(one.hash)
  })

  it('differ in their own hash alone where the provider takes other batches', () => {
    const one = plan(aRequest(), manifest)
    const other = plan(aRequest(), aManifest({ actions: { restart: anAction({ nodesPerCall: 1 }) } }))

    expect(other.requestHash).toBe(one.requestHash)
    expect(other.hash).not.toBe(one.hash)
  })
})

describe('the time a plan takes', () => {
  it.each([
    [1, 30_000],
    [1000, 30_000],
    [1001, 90_000],
    [2500, 150_000],
  ])('for %i nodes is one job after the windows of the limit', (count, etaMs) => {
    expect(plan(aRequest({ nodeIds: nodeIds(count) }), manifest).etaMs).toBe(etaMs)
  })

  it('is one job where no limit of nodes is known', () => {
    const free = aManifest({
      rateLimits: [{ unit: 'calls', limit: 1, windowMs: 1_000, scope: [], description: 'calls' }],
    })

    expect(plan(aRequest({ nodeIds: nodeIds(5_000) }), free).etaMs).toBe(30_000)
  })
})

it('is not made for an action that the provider does not offer', () => {
  expect(() => plan(aRequest({ action: 'delete' }), manifest)).toThrow(RangeError)
})

describe('planned batches', () => {
  const request = aRequest({ nodeIds: nodeIds(5), rollout: rollout(2), notAfter: '2026-12-01T02:00:00.000Z' })
  const { batches } = plan(request, manifest)

  it('are the same to the letter when they are made again', () => {
    expect(plannedBatches('op-1', request, batches, T0)).toStrictEqual(plannedBatches('op-1', request, batches, T0))
  })

  it('have no last moment where the request has none', () => {
    const [first] = plannedBatches('op-1', { ...request, notAfter: null }, batches, T0)

    expect(first?.batch.notAfter).toBeNull()
  })

  it('wait, are numbered in order, and ask for nothing', () => {
    const made = plannedBatches('op-1', request, batches, T0)

    expect(made.map(({ batch }) => batch.batchId)).toStrictEqual(['op-1.0001', 'op-1.0002', 'op-1.0003'])
    expect(made.map(({ batch, nodeIds: ids }) => [batch.nodes, ids.length])).toStrictEqual([
      [2, 2],
      [2, 2],
      [1, 1],
    ])
    for (const { batch } of made) {
      expect(batch).toMatchObject({ state: 'PLANNED', attempt: 0, firstTriedAt: null, version: 0, createdAt: T0 })
      expect(batch.notAfter).toBe(Date.parse('2026-12-01T02:00:00.000Z'))
      expect(batch.dueAt).toBeUndefined()
    }
  })
})
