import { describe, expect, it } from 'vitest'
import type { Batch } from '../../../lib/domain/batch.ts'
import type { FinalOutcome } from '../../../lib/domain/outcome.ts'
import { completeResults, endAlike, endWith, mergeReports, outcomesOf } from '../../../lib/domain/result.ts'
import {
  T0,
  aBatch,
  aQueued,
  aResult,
  aRunning,
  aSubmitting,
  aSplit,
  anEnded,
  anUnknown,
  nodeIds,
  resultsOf,
} from '../../helpers/builders.ts'

const [a = '', b = '', c = ''] = nodeIds(3)
const at = new Date(T0).toISOString()
const endOf = (...outcomes: FinalOutcome[]) => {
  const results = nodeIds(outcomes.length).map((id, i) => aResult(id, { outcome: outcomes[i] ?? 'unknown' }))
  return endWith({ nodes: outcomes.length }, resultsOf(...results), ['job-1'], T0)
}

describe('how a batch ends by its results', () => {
  it.each<[FinalOutcome[], string]>([
    [['succeeded', 'succeeded'], 'SUCCEEDED'],
    [['failed', 'failed'], 'FAILED'],
    [['unknown', 'unknown'], 'NEEDS_ATTENTION'],
    [['succeeded', 'failed'], 'PARTIAL'],
    [['succeeded', 'unknown'], 'PARTIAL'],
    [['failed', 'unknown'], 'PARTIAL'],
    [['succeeded', 'failed', 'unknown'], 'PARTIAL'],
  ])('%j: %s', (outcomes, state) => {
    expect(endOf(...outcomes)).toMatchObject({ state, endedAt: T0, dueAt: T0, jobIds: ['job-1'] })
  })

  it('is one outcome for all where outcome, code and reason are the same', () => {
    const alike = resultsOf(aResult(a, { code: 'x' }), aResult(b, { code: 'x', jobId: 'sub-2' }))

    expect(endWith({ nodes: 2 }, alike, [], T0)).toMatchObject({ outcome: 'succeeded', code: 'x' })
  })

  it.each([{ code: 'other' }, { reason: 'other' }, { outcome: 'failed' }] as const)(
    'is an outcome for each where they differ: %o',
    (changes) => {
      expect(endWith({ nodes: 2 }, resultsOf(aResult(a), aResult(b, changes)), [], T0).outcome).toBeNull()
    },
  )

  it('names the first thing that went wrong', () => {
    const results = resultsOf(
      aResult(a),
      aResult(b, { outcome: 'failed', code: 'E1', reason: 'r1' }),
      aResult(c, { outcome: 'failed', code: 'E2', reason: 'r2' }),
    )

    expect(endWith({ nodes: 3 }, results, [], T0)).toMatchObject({ code: 'E1', reason: 'r1' })
  })

  it('names nothing where all went well in different ways', () => {
    const results = resultsOf(aResult(a, { code: 'done' }), aResult(b, { code: 'already' }))

    expect(endWith({ nodes: 2 }, results, [], T0)).toMatchObject({ state: 'SUCCEEDED', code: null, outcome: null })
  })

  it('is what is said where results alone do not tell', () => {
    expect(endWith({ nodes: 1 }, resultsOf(aResult(a)), [], T0, 'TIMED_OUT').state).toBe('TIMED_OUT')
  })
})

describe('an end that all nodes share', () => {
  it('needs no result per node', () => {
    const end = endAlike(3, 'FAILED', 'failed', { code: 'E', reason: 'two\nlines' }, ['job-1'], T0)

    expect(end).toStrictEqual({
      state: 'FAILED',
      endedAt: T0,
      dueAt: T0,
      jobIds: ['job-1'],
      counts: { total: 3, pending: 0, running: 0, succeeded: 0, failed: 3, skipped: 0, unknown: 0 },
      outcome: 'failed',
      code: 'E',
      reason: 'two lines',
    })
  })
})

describe('results of every node', () => {
  it('keep what is known, and give the rest one cause, in the order of the nodes', () => {
    const known = resultsOf(aResult(b, { outcome: 'failed' }))

    const all = completeResults(known, [a, b, c], 'unknown', { code: 'Gone', reason: 'lost\tit' }, null, T0)

    expect([...all.keys()]).toStrictEqual([a, b, c])
    expect(all.get(b)).toBe(known.get(b))
    expect(all.get(c)).toStrictEqual({
      nodeId: c,
      outcome: 'unknown',
      code: 'Gone',
      reason: 'lost it',
      jobId: null,
      at,
    })
  })

  it('do not change those that were known before', () => {
    const known = resultsOf()

    mergeReports(known, [{ nodeId: a, outcome: 'succeeded', code: null, reason: null }], [a], null, T0)

    expect(known.size).toBe(0)
  })
})

describe('the outcome of every node now', () => {
  it.each<[Batch, string]>([
    [aBatch(), 'pending'],
    [aQueued(), 'pending'],
    [aSplit(), 'pending'],
    [aSubmitting(), 'running'],
    [anUnknown(), 'running'],
  ])('is open before the provider took it: $0.state', (batch, outcome) => {
    expect(outcomesOf(batch, [a], resultsOf())).toStrictEqual([
      { nodeId: a, outcome, code: null, reason: null, jobId: null, at: null },
    ])
  })

  it('is what is stored while the job runs, or running', () => {
    const stored = resultsOf(aResult(b, { outcome: 'failed' }))

    expect(outcomesOf(aRunning(), [a, b], stored)).toStrictEqual([
      { nodeId: a, outcome: 'running', code: null, reason: null, jobId: 'job-1', at: null },
      stored.get(b),
    ])
  })

  it('has no job where the provider gave none', () => {
    expect(outcomesOf(aRunning({ jobIds: [] }), [a], resultsOf())[0]?.jobId).toBeNull()
    expect(outcomesOf(anEnded({ jobIds: [] }), [a], resultsOf())[0]?.jobId).toBeNull()
  })

  it('is the one of the batch where all ended alike', () => {
    expect(outcomesOf(anEnded({ endedAt: T0 }), [a, b], resultsOf())).toStrictEqual([aResult(a), aResult(b)])
  })

  it('is what is stored where they ended differently', () => {
    const stored = resultsOf(aResult(a), aResult(b, { outcome: 'failed' }))
    const batch = anEnded({ state: 'PARTIAL', outcome: null })

    expect(outcomesOf(batch, [a, b], stored)).toStrictEqual([...stored.values()])
  })
})
