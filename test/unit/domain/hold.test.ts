import { describe, expect, it } from 'vitest'
import { type Holder, held, isHolding } from '../../../lib/domain/hold.ts'
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
    expect(isHolding(holder, [batch])).toBe(true)
  })

  it.each(['SUCCEEDED', 'PARTIAL', 'FAILED', 'TIMED_OUT', 'NEEDS_ATTENTION', 'CANCELLED', 'SKIPPED'] as const)(
    'is over when its batch is %s',
    (state) => {
      expect(isHolding(holder, [anEnded({ state })])).toBe(false)
    },
  )

  it('of a batch that was taken apart counts until all of its parts have ended', () => {
    const others = [aRunning({ batchId: 'op-1.0002' }), aRunning({ batchId: 'op-1.00011' })]

    expect(isHolding(holder, [aSplit(), anEnded(part), aRunning({ batchId: 'op-1.0001.2.1' }), ...others])).toBe(true)
    expect(isHolding(holder, [aSplit(), anEnded(part), anEnded({ batchId: 'op-1.0001.2.1' }), ...others])).toBe(false)
  })

  it('of a batch that is not there is over', () => {
    expect(isHolding(holder, [])).toBe(false)
  })
})

const heldBy = (operationId: string, ...nodes: number[]): [string, Holder][] =>
  nodes.map((i) => [nodeId(i), { operationId, batchId: `${operationId}.0001` }])

const partsAfter = (batch: ReturnType<typeof aQueued>, holders: [string, Holder][], now = T0) =>
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
})
