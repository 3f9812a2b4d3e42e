import { describe, expect, it } from 'vitest'
import type { Batch } from '../../../lib/domain/batch.ts'
import { accepted, countBatches, countsOf, endStatus, hasEnded, settled } from '../../../lib/domain/operation.ts'
import { noCounts } from '../../../lib/domain/outcome.ts'
import {
  T0,
  aBatch,
  aQueued,
  aRunning,
  aSubmitting,
  aSplit,
  anEnded,
  anOperation,
  anUnknown,
} from '../../helpers/builders.ts'

const NOW = T0 + 60_000
const LATER = NOW + 60_000
const split = aSplit()
const failed = anEnded({ state: 'FAILED', outcome: 'failed', counts: { ...noCounts, total: 2, failed: 2 } })
const settle = (batches: readonly Batch[], changes = {}) => settled(anOperation(changes), batches, NOW, LATER)

describe("an operation's end", () => {
  it.each([
    [{ succeeded: 3 }, false, 'SUCCEEDED'],
    [{ succeeded: 2, failed: 1 }, false, 'PARTIAL'],
    [{ failed: 3 }, false, 'FAILED'],
    [{ skipped: 3 }, false, 'FAILED'],
    [{ succeeded: 2, skipped: 1 }, false, 'PARTIAL'],
    [{ skipped: 3 }, true, 'CANCELLED'],
    [{ succeeded: 2, skipped: 1 }, true, 'CANCELLED'],
    [{ succeeded: 3 }, true, 'SUCCEEDED'],
    [{ succeeded: 1, failed: 2 }, true, 'PARTIAL'],
    [{ failed: 3 }, true, 'FAILED'],
    [{ succeeded: 2, unknown: 1 }, false, 'NEEDS_ATTENTION'],
    [{ skipped: 2, unknown: 1 }, true, 'NEEDS_ATTENTION'],
    [{ unknown: 3 }, false, 'NEEDS_ATTENTION'],
  ])('%o, cancelled %s: %s', (counts, cancelled, status) => {
    expect(endStatus({ ...noCounts, total: 3, ...counts }, cancelled)).toBe(status)
  })
})

describe('the nodes of a batch', () => {
  it.each<[Batch, object]>([
    [aBatch(), { total: 2, pending: 2 }],
    [aQueued(), { total: 2, pending: 2 }],
    [aSubmitting(), { total: 2, running: 2 }],
    [anUnknown(), { total: 2, running: 2 }],
    [aRunning(), { total: 2, running: 2 }],
    [aRunning({ counts: { ...noCounts, total: 2, running: 1, failed: 1 } }), { total: 2, running: 1, failed: 1 }],
    [anEnded(), { total: 2, succeeded: 2 }],
    [split, { total: 0 }],
  ])('are counted as they are: $0.state', (batch, counts) => {
    expect(countsOf(batch)).toStrictEqual({ ...noCounts, ...counts })
  })

  it('are summed over batches', () => {
    expect(countBatches([aQueued(), anEnded(), split])).toStrictEqual({
      ...noCounts,
      total: 4,
      pending: 2,
      succeeded: 2,
    })
  })
})

describe('an operation after a look at its batches', () => {
  const total4 = { counts: { ...noCounts, total: 4, pending: 4 } }

  it('ends once every batch has, and says so', () => {
    expect(settle([anEnded(), failed], total4)).toMatchObject({
      status: 'PARTIAL',
      counts: { total: 4, succeeded: 2, failed: 2, pending: 0 },
      endedAt: NOW,
      dueAt: NOW,
      version: 2,
      sequence: 2,
      published: 1,
    })
  })

  it.each([aBatch(), aQueued(), aSubmitting(), aRunning(), anUnknown()])(
    'goes on while one is open: $state',
    (open) => {
      expect(settle([anEnded(), open], total4)).toMatchObject({
        status: 'RUNNING',
        endedAt: null,
        dueAt: LATER,
        version: 2,
        sequence: 1,
        counts: { total: 4, succeeded: 2 },
      })
    },
  )

  it('goes on while parts of a split batch are not written, and counts them as pending', () => {
    expect(settle([split, anEnded()], total4)).toMatchObject({
      status: 'RUNNING',
      counts: { total: 4, succeeded: 2, pending: 2 },
    })
  })

  it('ends when the parts of a split batch have', () => {
    expect(settle([split, anEnded(), anEnded()], total4).status).toBe('SUCCEEDED')
  })

  it('is cancelled when a person left something out', () => {
    const left = anEnded({ state: 'CANCELLED', counts: { ...noCounts, total: 2, skipped: 2 } })

    expect(settle([left], { cancelledAt: T0 }).status).toBe('CANCELLED')
    expect(settle([left]).status).toBe('FAILED')
  })

  it('never changes again once it has ended', () => {
    const ended = anOperation({ status: 'PARTIAL', endedAt: T0 })

    expect(settled(ended, [anEnded()], NOW, LATER)).toBe(ended)
  })

  it('is not looked at while it is being planned', () => {
    const planning = anOperation({ status: 'PLANNING' })

    expect(settled(planning, [], NOW, LATER)).toBe(planning)
    expect(hasEnded(planning)).toBe(false)
  })
})

it('is carried out from the moment it is accepted', () => {
  const operation = accepted(anOperation({ status: 'PLANNING', sequence: 0, version: 0, dueAt: undefined }), NOW)

  expect(operation).toMatchObject({ status: 'RUNNING', dueAt: NOW, version: 1, sequence: 1 })
  expect(hasEnded(operation)).toBe(false)
  expect(hasEnded({ ...operation, status: 'CANCELLED' })).toBe(true)
})
