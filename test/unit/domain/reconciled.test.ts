import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Batch, isEnded } from '../../../lib/domain/batch.ts'
import type { Evidence, Trace } from '../../../lib/domain/evidence.ts'
import { reconciled } from '../../../lib/domain/reconciled.ts'
import { partsOf } from '../../../lib/domain/split.ts'
import { T0, aRunning, aTiming, anUnknown, nodeId, nodeIds, rules } from '../../helpers/builders.ts'

const SETTLED = T0 + 1_000
const GRACE_OVER = SETTLED + 60_000

const seen = (...traces: Trace[]): Evidence => ({
  kind: 'seen',
  traces: new Map(traces.map((trace, i) => [nodeId(i), trace])),
  jobIds: ['job-9'],
  note: 'looked at the server',
})
const unreadable: Evidence = { kind: 'unreadable', code: 'HTTP.503', reason: 'busy', waitMs: null, auth: false }

type Unknown = Extract<Batch, { state: 'OUTCOME_UNKNOWN' }>
const look = (evidence: Evidence, now: number, batch: Unknown = anUnknown(), timing = {}) =>
  reconciled(batch, evidence, nodeIds(batch.nodes), now, rules(timing), now)

describe('a trace of the call', () => {
  it.each([SETTLED, SETTLED + 5_000, GRACE_OVER + 10_000_000])('proves it applied at any time: %i', (now) => {
    expect(look(seen('applied', 'applied'), now)).toMatchObject({
      state: 'RUNNING',
      dueAt: now,
      jobIds: ['job-9'],
      submittedAt: T0,
      deadline: now + aTiming().deadlineMs,
      counts: { total: 2, running: 2 },
      gone: false,
      sequence: 3,
    })
  })
})

describe('no trace of the call', () => {
  it('proves nothing within the grace time: it is looked for again', () => {
    const batch = look(seen('untouched', 'untouched'), GRACE_OVER - 1)

    expect(batch).toMatchObject({
      state: 'OUTCOME_UNKNOWN',
      dueAt: GRACE_OVER,
      sequence: 2,
      lastLookAt: GRACE_OVER - 1,
    })
  })

  it('proves nothing in a look that began within the grace time, however long it took', () => {
    const [began, now] = [GRACE_OVER - 1, GRACE_OVER + 20_000]

    const batch = reconciled(anUnknown(), seen('untouched', 'untouched'), nodeIds(2), now, rules(), began)

    expect(batch).toMatchObject({ state: 'OUTCOME_UNKNOWN', dueAt: GRACE_OVER, lastLookAt: began })
  })

  it('proves after the grace time that it was not applied: it may be sent again', () => {
    expect(look(seen('untouched', 'untouched'), GRACE_OVER)).toMatchObject({
      state: 'QUEUED',
      dueAt: GRACE_OVER + 1_000,
      code: 'Timeout',
      reason: 'proved not applied: no answer; looked at the server',
    })
  })

  it('proves nothing where a trace passes and may have been missed between two looks', () => {
    const missed = anUnknown({ lastLookAt: GRACE_OVER - 10, longestGapMs: 30_001 })

    expect(look(seen('untouched', 'untouched'), GRACE_OVER, missed, { traceMs: 30_000 })).toMatchObject({
      state: 'NEEDS_ATTENTION',
      outcome: 'unknown',
      counts: { unknown: 2 },
      jobIds: [],
      reason: 'cannot be decided: no answer; looked at the server',
    })
  })

  it('proves it where a trace passes and was looked for often enough', () => {
    const watched = anUnknown({ lastLookAt: GRACE_OVER - 10, longestGapMs: 30_000 })

    expect(look(seen('untouched', 'untouched'), GRACE_OVER, watched, { traceMs: 30_000 }).state).toBe('QUEUED')
  })

  it('counts the time from the call to the first look as a gap too', () => {
    expect(look(seen('untouched', 'untouched'), GRACE_OVER, anUnknown(), { traceMs: 30_000 }).state).toBe(
      'NEEDS_ATTENTION',
    )
  })
})

describe('an unclear trace', () => {
  it('is looked at again within the grace time', () => {
    expect(look(seen('applied', 'unclear'), GRACE_OVER - 1).state).toBe('OUTCOME_UNKNOWN')
  })

  it('is for a person to decide after it', () => {
    expect(look(seen('unclear', 'unclear'), GRACE_OVER)).toMatchObject({ state: 'NEEDS_ATTENTION', code: 'Timeout' })
  })

  it('is what a node has that the evidence does not name', () => {
    expect(look(seen(), GRACE_OVER).state).toBe('NEEDS_ATTENTION')
  })
})

describe('a call that comes to one node after the other', () => {
  const last = GRACE_OVER - 1_000
  const three = anUnknown({ nodes: 3, untouched: 3 })

  it('is waited for a grace time longer, from the last change that the looks found', () => {
    const first = look(seen('applied', 'untouched', 'untouched'), T0 + 9_000, three) as Unknown
    const second = look(seen('applied', 'applied', 'untouched'), last, first) as Unknown
    const third = look(seen('applied', 'applied', 'untouched'), last + 59_999, second)

    expect(first).toMatchObject({ state: 'OUTCOME_UNKNOWN', applied: 1, untouched: 2, changedAt: T0 + 9_000 })
    expect(second).toMatchObject({ state: 'OUTCOME_UNKNOWN', applied: 2, untouched: 1, changedAt: last })
    expect(third).toMatchObject({ state: 'OUTCOME_UNKNOWN', changedAt: last, dueAt: last + 60_000 })
    expect(look(seen('applied', 'applied', 'untouched'), last + 60_000, third as Unknown).state).toBe('SPLIT')
    expect(look(seen('applied', 'applied', 'applied'), last + 59_999, second).state).toBe('RUNNING')
  })

  it.each<[string, Trace[]]>([
    ['a node that it failed on', ['applied', 'unclear', 'untouched']],
    ['a node that shows no trace any more', ['untouched', 'untouched', 'untouched']],
    ['a node that is not clear any more', ['unclear', 'applied', 'untouched']],
  ])('is seen to go on by %s', (_, traces) => {
    const before = { ...three, applied: 1, untouched: 2, changedAt: T0 + 9_000 }

    expect(look(seen(...traces), last, before)).toMatchObject({ state: 'OUTCOME_UNKNOWN', changedAt: last })
  })

  it('is not waited for beyond the deadline', () => {
    const batch = anUnknown({ applied: 1, untouched: 1, changedAt: anUnknown().deadline - 10 })

    expect(look(seen('applied', 'untouched'), batch.deadline - 1, batch)).toMatchObject({ dueAt: batch.deadline })
    expect(look(seen('applied', 'untouched'), batch.deadline, batch).state).toBe('SPLIT')
  })

  it('is not waited for when nobody is left to wait for', () => {
    expect(look(seen('applied', 'unclear'), GRACE_OVER).state).toBe('SPLIT')
  })
})

describe('different traces', () => {
  it('take the batch apart by node once all are decided', () => {
    const batch = anUnknown({ nodes: 5, applied: 2, untouched: 2, changedAt: SETTLED })

    const next = look(seen('applied', 'untouched', 'unclear', 'untouched', 'applied'), GRACE_OVER, batch)

    expect(next).toMatchObject({
      state: 'SPLIT',
      dueAt: GRACE_OVER,
      parts: [
        { nodes: [0, 4], state: { state: 'RUNNING', jobIds: ['job-9'], counts: { total: 2, running: 2 } } },
        { nodes: [1, 3], state: { state: 'QUEUED' } },
        { nodes: [2], state: { state: 'NEEDS_ATTENTION', counts: { total: 1, unknown: 1 } } },
      ],
    })
  })

  it('make no part that has no nodes', () => {
    const next = look(
      seen('untouched', 'applied'),
      GRACE_OVER,
      anUnknown({ applied: 1, untouched: 1, changedAt: SETTLED }),
    )

    expect(partsOf(next, nodeIds(2)).map((part) => [part.batch.state, part.nodeIds])).toEqual([
      ['RUNNING', [nodeId(1)]],
      ['QUEUED', [nodeId(0)]],
    ])
  })

  it('wait for the grace time as long as one is open', () => {
    expect(look(seen('applied', 'untouched'), GRACE_OVER - 1).state).toBe('OUTCOME_UNKNOWN')
  })
})

describe('the next look', () => {
  it.each([
    ['a quarter of a short grace time', { graceMs: 20_000 }, 5_000],
    ['a third of the time that a trace stays', { traceMs: 30_000 }, 10_000],
    ['15 s at most', { graceMs: 600_000 }, 15_000],
  ])('comes after %s', (_, timing, gapMs) => {
    expect(look(seen('untouched', 'untouched'), SETTLED, anUnknown(), timing).dueAt).toBe(SETTLED + gapMs)
  })

  it('remembers the longest gap between two looks', () => {
    const first = look(seen('unclear', 'unclear'), T0 + 9_000)
    const second = reconciled(first, seen('unclear', 'unclear'), nodeIds(2), T0 + 12_000, rules(), T0 + 12_000)

    expect(first).toMatchObject({ longestGapMs: 9_000, lastLookAt: T0 + 9_000 })
    expect(second).toMatchObject({ longestGapMs: 9_000, lastLookAt: T0 + 12_000 })
  })
})

describe('a look that takes long', () => {
  it('counts from the beginning of the last look to its own end, as it is not known when in them was seen what', () => {
    const before = anUnknown({ lastLookAt: T0 + 10_000, longestGapMs: 10_000 })

    const next = reconciled(before, seen('untouched', 'untouched'), nodeIds(2), T0 + 45_000, rules(), T0 + 25_000)

    expect(next).toMatchObject({ longestGapMs: 35_000, lastLookAt: T0 + 25_000 })
  })
})

describe('a look that failed', () => {
  it('proves nothing, is no look, and is backed off from', () => {
    expect(look(unreadable, GRACE_OVER + 10)).toMatchObject({
      state: 'OUTCOME_UNKNOWN',
      misses: 1,
      lastLookAt: null,
      longestGapMs: 0,
      dueAt: GRACE_OVER + 10 + 3_000,
    })
  })

  it('is forgotten after one that did not', () => {
    expect(look(seen('unclear', 'unclear'), SETTLED, anUnknown({ misses: 5 }))).toMatchObject({ misses: 0 })
  })

  it('is repeated until the deadline, and on it', () => {
    const { deadline } = anUnknown()

    expect(look(unreadable, deadline - 1, anUnknown({ misses: 9 }))).toMatchObject({
      state: 'OUTCOME_UNKNOWN',
      dueAt: deadline,
    })
    expect(look(unreadable, deadline)).toMatchObject({
      state: 'NEEDS_ATTENTION',
      outcome: 'unknown',
      jobIds: [],
      code: 'Timeout',
      reason: 'no answer; the provider could not be asked what came of it: busy',
    })
  })
})

it('leaves a batch alone whose outcome is not unknown', () => {
  const batch = aRunning()

  expect(reconciled(batch, seen('untouched', 'untouched'), nodeIds(2), GRACE_OVER, rules(), GRACE_OVER)).toBe(batch)
})

describe('whatever is seen and whenever', () => {
  const trace = fc.constantFrom<Trace>('applied', 'untouched', 'unclear')
  const looks = fc.array(
    fc.record({ waitMs: fc.nat(200_000), traces: fc.option(fc.array(trace, { minLength: 4, maxLength: 4 })) }),
    { minLength: 1, maxLength: 12 },
  )

  it('sends only nodes again that were last seen untouched after the grace time, and keeps every node once', () => {
    fc.assert(
      fc.property(looks, fc.constantFrom(null, 30_000), (seenThen, traceMs) => {
        let batch: Batch = anUnknown({ nodes: 4 })
        let now = SETTLED
        for (const { waitMs, traces } of seenThen) {
          now += waitMs
          const next = reconciled(
            batch,
            traces === null ? unreadable : seen(...traces),
            nodeIds(4),
            now,
            rules({ traceMs }),
            now,
          )
          const parts = partsOf(next, nodeIds(4))
          const now4 = parts.length > 0 ? parts : [{ batch: next, nodeIds: nodeIds(4) }]
          expect(now4.flatMap((part) => part.nodeIds).toSorted()).toStrictEqual(nodeIds(4))
          for (const part of now4.filter((one) => one.batch.state === 'QUEUED')) {
            expect(now).toBeGreaterThanOrEqual(GRACE_OVER)
            for (const id of part.nodeIds) expect(traces?.[nodeIds(4).indexOf(id)]).toBe('untouched')
          }
          batch = next
          if (batch.state !== 'OUTCOME_UNKNOWN') return
        }
        // Still open: only within the grace time, or because no look succeeded since.
        const { deadline } = anUnknown()
        const last = reconciled(batch, unreadable, nodeIds(4), deadline, rules({ traceMs }), deadline)
        expect(isEnded(last)).toBe(true)
      }),
    )
  })
})
