import { describe, expect, it } from 'vitest'
import { type Held, type Holder, held, heldUntil } from '../../../lib/domain/hold.ts'
import { partsOf } from '../../../lib/domain/split.ts'
import {
  T0,
  aBatch,
  aQueued,
  aRunning,
  aSplit,
  aSubmitting,
  anEnded,
  anUnknown,
  nodeId,
  nodeIds,
  rules,
} from '../../helpers/builders.ts'

const holder: Holder = { operationId: 'op-1', batchId: 'op-1.0001' }
const part = { batchId: 'op-1.0001.1' }

describe('a hold', () => {
  it.each([
    ['planned', aBatch()],
    ['queued', aQueued()],
    ['being submitted', aSubmitting()],
    ['running', aRunning()],
    ['of unknown outcome', anUnknown()],
    [
      'taken apart, its parts not written yet',
      aSplit({ dueAt: T0, parts: [{ nodes: [0], state: { state: 'PLANNED' } }] }),
    ],
  ])('counts while its batch is %s', (_, batch) => {
    expect(heldUntil(holder, [batch])).toBe(Infinity)
  })

  it.each(['SUCCEEDED', 'PARTIAL', 'FAILED', 'TIMED_OUT', 'NEEDS_ATTENTION'] as const)(
    'is over 5 s after its batch is %s, so that traces of two actions never lie too close',
    (state) => {
      expect(heldUntil(holder, [anEnded({ state, endedAt: T0 })])).toBe(T0 + 5_000)
    },
  )

  it.each(['CANCELLED', 'SKIPPED'] as const)('is over at once when its batch is %s: nothing was done', (state) => {
    expect(heldUntil(holder, [anEnded({ state, outcome: 'skipped' })])).toBe(0)
  })

  it('of a batch that was taken apart counts until all of its parts have ended', () => {
    const others = [aRunning({ batchId: 'op-1.0002' }), aRunning({ batchId: 'op-1.00011' })]

    expect(heldUntil(holder, [aSplit(), anEnded(part), aRunning({ batchId: 'op-1.0001.2.1' }), ...others])).toBe(
      Infinity,
    )
    expect(
      heldUntil(holder, [
        aSplit(),
        anEnded({ ...part, endedAt: T0 }),
        anEnded({ batchId: 'op-1.0001.2.1', endedAt: T0 - 1 }),
        ...others,
      ]),
    ).toBe(T0 + 5_000)
  })

  it('of a batch that is not there is over', () => {
    expect(heldUntil(holder, [])).toBe(0)
  })
})

const heldBy = (operationId: string, ...nodes: number[]): [string, Held][] =>
  nodes.map((i) => [nodeId(i), { operationId, batchId: `${operationId}.0001`, until: Infinity }])

const fading = (until: number, ...nodes: number[]): [string, Held][] =>
  heldBy('op-9', ...nodes).map(([id, other]) => [id, { ...other, until }])

const partsAfter = (batch: ReturnType<typeof aQueued>, holders: [string, Held][], now = T0) =>
  partsOf(held(batch, nodeIds(batch.nodes), new Map(holders), now, rules()), nodeIds(batch.nodes)).map((one) => ({
    ids: one.nodeIds,
    batch: one.batch,
  }))

describe('nodes that others hold', () => {
  it('are skipped with the holder named, and the others go on at once', () => {
    const parts = partsAfter(aQueued({ nodes: 4 }), [...heldBy('op-7', 1, 3)])

    expect(parts).toMatchObject([
      { ids: [nodeId(0), nodeId(2)], batch: { state: 'QUEUED', dueAt: T0, notBefore: null } },
      {
        ids: [nodeId(1), nodeId(3)],
        batch: { state: 'SKIPPED', outcome: 'skipped', code: 'Held', reason: 'held by operation op-7' },
      },
    ])
  })

  it('have each the holder of their own named', () => {
    const parts = partsAfter(aQueued({ nodes: 3 }), [...heldBy('op-8', 2), ...heldBy('op-7', 0, 1)])

    expect(parts.map(({ ids, batch }) => [ids, 'reason' in batch && batch.reason])).toEqual([
      [[nodeId(0), nodeId(1)], 'held by operation op-7'],
      [[nodeId(2)], 'held by operation op-8'],
    ])
  })

  it('end the batch when all are of one holder', () => {
    const after = held(aQueued(), nodeIds(2), new Map(heldBy('op-7', 0, 1)), T0, rules())

    expect(after).toMatchObject({
      state: 'SKIPPED',
      batchId: 'op-1.0001',
      counts: { total: 2, skipped: 2, running: 0 },
      jobIds: [],
      reason: 'held by operation op-7',
    })
  })

  it('wait in a batch of their own when the request says so, and the others go on at once', () => {
    const parts = partsAfter(
      aQueued({ nodes: 3, whenHeld: 'wait' }),
      [...heldBy('op-8', 2), ...heldBy('op-7', 0)],
      T0 + 40_000,
    )

    expect(parts).toMatchObject([
      { ids: [nodeId(1)], batch: { state: 'QUEUED', dueAt: T0 + 40_000 } },
      {
        ids: [nodeId(0), nodeId(2)],
        batch: {
          state: 'QUEUED',
          dueAt: T0 + 50_000,
          notBefore: T0 + 50_000,
          code: 'Held',
          reason: 'held by operation op-7 and 1 more',
        },
      },
    ])
  })

  it.each([
    ['2 s at first', 0, 2_000],
    ['a quarter of the time so far', 100_000, 25_000],
    ['a minute at most', 3_600_000, 60_000],
  ])('wait %s before they are looked at again', (_, age, wait) => {
    const now = T0 + age

    const after = held(aQueued({ whenHeld: 'wait' }), nodeIds(2), new Map(heldBy('op-7', 0, 1)), now, rules())

    expect(after).toMatchObject({ state: 'QUEUED', dueAt: now + wait, notBefore: now + wait, attempt: 0 })
  })

  it('do not wait for ever: after a day they are skipped', () => {
    const holders = new Map(heldBy('op-7', 0, 1))
    const batch = aQueued({ whenHeld: 'wait' })

    expect(held(batch, nodeIds(2), holders, T0 + 86_400_000, rules()).state).toBe('QUEUED')
    expect(held(batch, nodeIds(2), holders, T0 + 86_400_001, rules()).state).toBe('SKIPPED')
  })

  it('of an operation that has just ended are waited for, whatever the request says', () => {
    const after = held(
      aQueued({ nodes: 3 }),
      nodeIds(3),
      new Map([...fading(T0 + 2_000, 0), ...fading(T0 + 3_000, 2)]),
      T0,
      rules(),
    )

    expect(after).toMatchObject({
      state: 'QUEUED',
      dueAt: T0 + 3_000,
      notBefore: T0 + 3_000,
      code: 'Held',
      reason: 'another operation has just ended on these nodes',
    })
  })

  it('of an operation that has just ended go on beside those that others still act on', () => {
    const parts = partsAfter(aQueued({ nodes: 3 }), [...fading(T0 + 2_000, 0), ...heldBy('op-7', 2)])

    expect(parts.map(({ ids, batch }) => [ids, batch.state])).toEqual([
      [[nodeId(0), nodeId(1)], 'QUEUED'],
      [[nodeId(2)], 'SKIPPED'],
    ])
  })
})
