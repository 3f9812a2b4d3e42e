import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isEnded } from '../../../lib/domain/batch.ts'
import type { JobReport, NodeReport } from '../../../lib/domain/job.ts'
import { polled } from '../../../lib/domain/polled.ts'
import type { Results } from '../../../lib/domain/result.ts'
import { T0, aQueued, aResult, aRunning, nodeId, nodeIds, resultsOf, rules } from '../../helpers/builders.ts'

const ids = nodeIds(2)
const [a = '', b = ''] = ids
const NOW = T0 + 20_000
const DEADLINE = T0 + 1_800_000
const none: Results = new Map()

const ok = (id: string): NodeReport => ({ nodeId: id, outcome: 'succeeded', code: null, reason: null })
const bad = (id: string): NodeReport => ({ nodeId: id, outcome: 'failed', code: 'Ecs.0227', reason: 'no such server' })
const restOk = { outcome: 'succeeded', code: null, reason: null } as const
const unreadable: JobReport = { kind: 'unreadable', code: 'HTTP.503', reason: 'busy', waitMs: null, auth: false }
const gone: JobReport = { kind: 'gone', code: 'Common.0011', reason: 'no such job' }
const running: JobReport = { kind: 'running', nodes: [] }

const look = (report: JobReport, { batch = aRunning(), known = none, now = NOW } = {}) =>
  polled(batch, report, ids, known, now, rules())

describe('a job that runs', () => {
  it('is looked at again, without a change of state', () => {
    const { batch, results } = look(running)

    expect(batch).toMatchObject({ state: 'RUNNING', sequence: 2, version: 4, misses: 0, counts: { running: 2 } })
    expect(batch.dueAt).toBeGreaterThan(NOW)
    expect(results).toBeNull()
  })

  it('keeps what is known of its nodes, and counts the others as running', () => {
    const { batch, results } = look({ kind: 'running', nodes: [bad(b)] })

    expect(batch).toMatchObject({ counts: { total: 2, running: 1, failed: 1 } })
    expect(results?.get(b)).toStrictEqual({
      ...bad(b),
      jobId: 'job-1',
      at: new Date(NOW).toISOString(),
    })
  })

  it('does not take back a final result', () => {
    const known = resultsOf(aResult(a, { outcome: 'failed', code: 'Ecs.0227' }))

    const { batch, results } = look({ kind: 'running', nodes: [ok(a)] }, { known })

    expect(batch).toMatchObject({ counts: { failed: 1, succeeded: 0, running: 1 } })
    expect(results).toBeNull()
  })

  it('believes the first of two words on one node', () => {
    const { results } = look({ kind: 'running', nodes: [bad(a), ok(a)] })

    expect(results?.get(a)?.outcome).toBe('failed')
  })

  it('may not speak of nodes that nobody asked for', () => {
    const { batch, results } = look({ kind: 'running', nodes: [ok(nodeId(77)), ok('__proto__')] })

    expect(batch).toMatchObject({ counts: { total: 2, running: 2, succeeded: 0 } })
    expect(results).toBeNull()
  })

  it("has a memo that is kept until there is another, and a node's own job id", () => {
    const first = look({ kind: 'running', nodes: [{ ...ok(a), jobId: 'sub-1' }], memo: 'seen' })
    const second = look(running, { batch: aRunning({ memo: 'seen' }) })
    const third = look(unreadable, { batch: aRunning({ memo: 'seen' }) })

    expect(first.results?.get(a)?.jobId).toBe('sub-1')
    for (const { batch } of [first, second, third]) expect(batch).toMatchObject({ memo: 'seen' })
  })

  it('may have no job id', () => {
    const { results } = look({ kind: 'running', nodes: [ok(a)] }, { batch: aRunning({ jobIds: [] }) })

    expect(results?.get(a)?.jobId).toBeNull()
  })
})

describe('a job that is over', () => {
  it.each([
    ['all succeeded', [ok(a), ok(b)], 'SUCCEEDED', 'succeeded'],
    ['all failed alike', [bad(a), bad(b)], 'FAILED', 'failed'],
    ['nodes it does not name get the rest', [], 'SUCCEEDED', 'succeeded'],
  ] as const)('ends the batch: %s', (_, nodes, state, outcome) => {
    const { batch, results } = look({ kind: 'ended', nodes, rest: restOk })

    expect(batch).toMatchObject({
      state,
      outcome,
      endedAt: NOW,
      dueAt: aRunning().dueAt,
      sequence: 3,
      jobIds: ['job-1'],
    })
    expect(results).toBeNull()
  })

  it('has results per node where its nodes ended differently', () => {
    const { batch, results } = look({ kind: 'ended', nodes: [bad(b)], rest: restOk })

    expect(batch).toMatchObject({ state: 'PARTIAL', outcome: null, code: 'Ecs.0227', reason: 'no such server' })
    expect([...(results ?? [])].map(([id, { outcome }]) => [id, outcome])).toStrictEqual([
      [a, 'succeeded'],
      [b, 'failed'],
    ])
  })

  it('does not overrule what is already final', () => {
    const known = resultsOf(aResult(a, { outcome: 'failed', code: 'Ecs.0227' }))

    const { batch, results } = look({ kind: 'ended', nodes: [ok(a)], rest: restOk }, { known })

    expect(batch).toMatchObject({ state: 'PARTIAL', counts: { failed: 1, succeeded: 1 } })
    expect(results?.get(a)).toBe(known.get(a))
  })

  it('is over even when that is seen after the deadline', () => {
    expect(look({ kind: 'ended', nodes: [], rest: restOk }, { now: DEADLINE + 1 }).batch.state).toBe('SUCCEEDED')
  })
})

describe('a job that the provider does not know', () => {
  it('may not be visible yet', () => {
    const { batch } = look(gone, { now: T0 + 60_000 })

    expect(batch).toMatchObject({ state: 'RUNNING', misses: 0, gone: false })
  })

  it('is looked for once more before it is believed to be gone', () => {
    const { batch } = look(gone, { now: T0 + 60_001 })

    expect(batch).toMatchObject({ state: 'RUNNING', misses: 1, gone: true })
  })

  it('is looked for once more after a look that failed, too: that one said nothing of it', () => {
    const { batch } = look(gone, { batch: aRunning({ misses: 3 }), now: T0 + 60_001 })

    expect(batch).toMatchObject({ state: 'RUNNING', gone: true })
  })

  it('has been looked for once, whatever fails in between', () => {
    expect(look(unreadable, { batch: aRunning({ gone: true }) }).batch).toMatchObject({ state: 'RUNNING', gone: true })
    expect(look(unreadable, { batch: aRunning() }).batch).toMatchObject({ state: 'RUNNING', gone: false })
  })

  it('is there after all when it is found later', () => {
    expect(look(running, { batch: aRunning({ gone: true }) }).batch).toMatchObject({ state: 'RUNNING', gone: false })
  })

  it('is gone after that: its open nodes are unknown, and somebody must look', () => {
    const known = resultsOf(aResult(a))

    const { batch, results } = look(gone, { batch: aRunning({ gone: true }), now: T0 + 60_001, known })

    expect(batch).toMatchObject({ state: 'NEEDS_ATTENTION', counts: { succeeded: 1, unknown: 1, running: 0 } })
    expect(results?.get(b)).toMatchObject({
      outcome: 'unknown',
      code: 'JobGone',
      reason: 'the provider no longer knows the job (Common.0011): its outcome cannot be known',
    })
  })

  it('is looked for again soon, at the pace of the stack', () => {
    const now = T0 + 60_001
    const faster = { ...rules(), pace: (ms: number) => ms / 60 }

    expect(look(gone, { now }).batch.dueAt).toBe(now + 3_000)
    expect(polled(aRunning(), gone, ids, none, now, faster).batch.dueAt).toBe(now + 3_000)
  })

  it('is gone without a second look when its deadline has come', () => {
    expect(look(gone, { now: DEADLINE }).batch).toMatchObject({ state: 'NEEDS_ATTENTION', code: 'JobGone' })
  })

  it('leaves nothing to look at when every node was final before', () => {
    const known = resultsOf(aResult(a), aResult(b))

    expect(look(gone, { batch: aRunning({ gone: true }), now: T0 + 60_001, known }).batch).toMatchObject({
      state: 'SUCCEEDED',
      counts: { unknown: 0 },
    })
  })
})

describe('a look that failed', () => {
  it('says nothing of the job, and is backed off from', () => {
    const first = look(unreadable).batch
    const third = look(unreadable, { batch: aRunning({ misses: 2 }) }).batch

    expect(first).toMatchObject({ state: 'RUNNING', misses: 1, counts: { running: 2 } })
    expect(third).toMatchObject({ state: 'RUNNING', misses: 3 })
    expect((third.dueAt ?? 0) - NOW).toBe(((first.dueAt ?? 0) - NOW) * 4)
  })

  it('waits as long as it was asked to', () => {
    expect(look({ ...unreadable, waitMs: 90_000 }).batch.dueAt).toBe(NOW + 90_000)
  })

  it('is repeated only rarely with a refused credential', () => {
    expect(look({ ...unreadable, auth: true }).batch.dueAt).toBe(NOW + 60_000)
  })

  it('is forgotten after one that did not fail', () => {
    expect(look(running, { batch: aRunning({ misses: 7 }) }).batch).toMatchObject({ misses: 0 })
  })
})

describe('the deadline', () => {
  it.each([running, unreadable])('is always looked at: $kind', (report) => {
    const { batch } = look(report, { now: DEADLINE - 5, batch: aRunning({ misses: 10 }) })

    expect(batch).toMatchObject({ state: 'RUNNING', dueAt: DEADLINE })
  })

  it.each([
    [running, 'not over by its deadline: the job was still running'],
    [unreadable, 'not over by its deadline: busy'],
    [gone, 'not over by its deadline: no such job'],
  ])('ends the batch with open nodes unknown: %o', (report, reason) => {
    const { batch } = look(report, { now: DEADLINE, batch: aRunning({ submittedAt: DEADLINE - 10 }) })

    expect(batch).toMatchObject({ state: 'TIMED_OUT', outcome: 'unknown', code: 'DeadlineExceeded', reason })
    expect(batch).toMatchObject({ counts: { total: 2, unknown: 2, running: 0 } })
  })

  it('leaves final results as they are', () => {
    const { batch, results } = look({ kind: 'running', nodes: [ok(a)] }, { now: DEADLINE })

    expect(batch).toMatchObject({ state: 'TIMED_OUT', outcome: null, counts: { succeeded: 1, unknown: 1 } })
    expect(results?.get(a)?.outcome).toBe('succeeded')
  })

  it('is no time-out when every node is final', () => {
    expect(look({ kind: 'running', nodes: [ok(a), bad(b)] }, { now: DEADLINE }).batch.state).toBe('PARTIAL')
  })
})

it('leaves a batch alone that does not run', () => {
  const batch = aQueued()

  expect(polled(batch, running, ids, none, NOW, rules())).toStrictEqual({ batch, results: null })
})

describe('any sequence of looks', () => {
  const outcome = fc.constantFrom('succeeded', 'failed', 'unknown')
  const report = fc
    .tuple(fc.nat(7), outcome)
    .map(([i, is]): NodeReport => ({ nodeId: nodeId(i), outcome: is, code: null, reason: null }))
  const seen: fc.Arbitrary<JobReport> = fc.oneof(
    fc.array(report).map((nodes) => ({ kind: 'running', nodes }) as const),
    fc.array(report).map((nodes) => ({ kind: 'ended', nodes, rest: restOk }) as const),
    fc.constantFrom(gone, unreadable),
  )
  const five = nodeIds(5)

  it('counts every node once, never takes a result back, and ends by the deadline', () => {
    fc.assert(
      fc.property(fc.array(seen, { minLength: 1, maxLength: 8 }), (reports) => {
        let batch: ReturnType<typeof polled>['batch'] = aRunning({ nodes: 5 })
        let known = none
        for (const one of [...reports, running]) {
          if (batch.state !== 'RUNNING') break
          const now = one === running ? DEADLINE : (batch.dueAt ?? 0)
          const next = polled(batch, one, five, known, now, rules())
          for (const [id, result] of known) expect((next.results ?? known).get(id)).toBe(result)
          batch = next.batch
          known = next.results ?? known
          const { total, ...each } = 'counts' in batch ? batch.counts : { total: -1 }
          expect(Object.values(each).reduce((x, y) => x + y, 0)).toBe(total)
          expect(Math.min(...Object.values(each))).toBeGreaterThanOrEqual(0)
        }

        expect(isEnded(batch)).toBe(true)
      }),
    )
  })
})
