import { describe, expect, it } from 'vitest'
import { become, isEnded } from '../../../lib/domain/batch.ts'
import { T0, aBatch, aQueued, aRunning, aSplit, aSubmitting, anEnded, anUnknown } from '../../helpers/builders.ts'

const planned = aBatch()

describe('a batch in its next state', () => {
  it('has nothing left of the state before', () => {
    const ended = anEnded()

    const next = become(anUnknown(), {
      state: 'SUCCEEDED',
      endedAt: ended.endedAt,
      jobIds: [],
      counts: ended.counts,
      outcome: 'succeeded',
      code: null,
      reason: null,
    })

    expect(Object.keys(next)).not.toEqual(expect.arrayContaining(['deadline']))
    expect(Object.keys(next)).not.toEqual(expect.arrayContaining(['sentAt']))
    expect(Object.keys(next)).not.toEqual(expect.arrayContaining(['dueAt']))
  })

  it('is a new change to tell of only with another state', () => {
    const queued = become(planned, { state: 'QUEUED', dueAt: T0, notBefore: null, code: null, reason: null })
    const later = become(queued, { state: 'QUEUED', dueAt: T0 + 1, notBefore: null, code: null, reason: null })

    expect([planned, queued, later].map(({ version }) => version)).toStrictEqual([3, 4, 5])
    expect([planned, queued, later].map(({ sequence }) => sequence)).toStrictEqual([2, 3, 3])
  })

  it('keeps who it is, whatever the given state carries', () => {
    const stranger = aQueued({ batchId: 'other', operationId: 'other', nodes: 99, version: 50, sequence: 50 })

    expect(become(planned, stranger)).toMatchObject({ batchId: 'op-1.0001', operationId: 'op-1', nodes: 2, version: 4 })
  })
})

describe('a batch has ended', () => {
  it.each([
    [planned, false],
    [aQueued(), false],
    [aSubmitting(), false],
    [aRunning(), false],
    [anUnknown(), false],
    [aSplit(), false],
    [anEnded(), true],
    ...(['PARTIAL', 'FAILED', 'TIMED_OUT', 'NEEDS_ATTENTION', 'CANCELLED', 'SKIPPED'] as const).map(
      (state) => [anEnded({ state }), true] as const,
    ),
  ] as const)('or not: $0.state', (batch, ended) => {
    expect(isEnded(batch)).toBe(ended)
  })
})
