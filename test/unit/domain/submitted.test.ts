import { nextPollAt } from '../../../lib/domain/poll-time.ts'
import { describe, expect, it } from 'vitest'
import type { Submission } from '../../../lib/domain/submission.ts'
import { leaseLost, submitted } from '../../../lib/domain/submitted.ts'
import { T0, aQueued, aRunning, aSubmitting, aTiming, rules } from '../../helpers/builders.ts'

const SENT = T0 + 100
const NOW = T0 + 1_000
const after = (submission: Submission, batch = aSubmitting()) => submitted(batch, submission, SENT, NOW, rules())
const said = { code: 'Ecs.0219', reason: 'a vendor text' }

describe('an answer that accepts', () => {
  it('makes the batch run, with its job ids and a deadline', () => {
    const batch = after({ kind: 'accepted', jobIds: ['job-1', 'job-2'] })

    expect(batch).toMatchObject({
      state: 'RUNNING',
      jobIds: ['job-1', 'job-2'],
      submittedAt: SENT,
      deadline: NOW + aTiming().deadlineMs,
      counts: { total: 2, running: 2, pending: 0 },
      memo: null,
      misses: 0,
      gone: false,
      sequence: 3,
      version: 4,
    })
    expect(batch.dueAt).toBe(nextPollAt(NOW, SENT, aTiming(), batch.nodes))
  })

  it('may carry no job id', () => {
    expect(after({ kind: 'accepted', jobIds: [] })).toMatchObject({ state: 'RUNNING', jobIds: [] })
  })

  it('may carry no more job ids than a row and an event have room for', () => {
    const jobIds = Array.from({ length: 5_000 }, (_, i) => `job-${i}`.padEnd(128, 'x'))

    const batch = after({ kind: 'accepted', jobIds })

    expect(Buffer.byteLength(JSON.stringify(batch))).toBeLessThan(20_000)
  })
})

describe('an answer that says it is done or never will be', () => {
  it.each([
    ['achieved', 'SUCCEEDED', 'succeeded'],
    ['rejected', 'FAILED', 'failed'],
  ] as const)('%s: ends the batch as %s with the code it gave', (kind, state, outcome) => {
    expect(after({ kind, ...said, perNode: false })).toMatchObject({
      state,
      outcome,
      ...said,
      counts: { total: 2, [outcome]: 2, running: 0 },
      jobIds: [],
      endedAt: NOW,
      dueAt: NOW,
    })
  })

  it.each([
    ['achieved', 'SUCCEEDED'],
    ['rejected', 'FAILED'],
  ] as const)('%s for one bad node: ends a batch of one', (kind, state) => {
    expect(after({ kind, ...said, perNode: true }, aSubmitting({ nodes: 1 })).state).toBe(state)
  })

  it.each(['achieved', 'rejected'] as const)('%s for one bad node: halves a batch of several', (kind) => {
    const waiting = { state: 'QUEUED', dueAt: NOW, ...said }

    expect(after({ kind, ...said, perNode: true }, aSubmitting({ nodes: 5 }))).toMatchObject({
      state: 'SPLIT',
      dueAt: NOW,
      parts: [
        { nodes: [0, 1, 2], state: waiting },
        { nodes: [3, 4], state: waiting },
      ],
    })
  })

  it.each(['achieved', 'rejected'] as const)(
    '%s for one bad node that was not found by the deadline: of several nodes none was acted on',
    (kind) => {
      const { deadlineMs } = aTiming()
      const tried = (forMs: number) =>
        after({ kind, ...said, perNode: true }, aSubmitting({ nodes: 5, firstTriedAt: NOW - forMs }))

      expect(tried(deadlineMs).state).toBe('SPLIT')
      expect(tried(deadlineMs + 1)).toMatchObject({ state: 'FAILED', outcome: 'failed', ...said })
    },
  )
})

describe('an answer that differs from node to node', () => {
  it('makes a batch of each: done, waiting as the provider asks, or waiting for a call of their own', () => {
    const batch = after(
      {
        kind: 'divided',
        parts: [
          { nodes: [0, 3], submission: { kind: 'achieved', ...said, perNode: false } },
          { nodes: [1], submission: { kind: 'throttled', ...said, waitMs: 7_000 } },
          { nodes: [2, 4], submission: { kind: 'untouched', ...said } },
        ],
      },
      aSubmitting({ nodes: 5 }),
    )

    expect(batch).toMatchObject({
      state: 'SPLIT',
      dueAt: NOW,
      parts: [
        {
          nodes: [0, 3],
          state: { state: 'SUCCEEDED', outcome: 'succeeded', counts: { total: 2, succeeded: 2 }, ...said },
        },
        { nodes: [1], state: { state: 'QUEUED', dueAt: NOW + 7_000, notBefore: NOW + 7_000, ...said } },
        { nodes: [2, 4], state: { state: 'QUEUED', dueAt: NOW, notBefore: null, ...said } },
      ],
    })
  })
})

describe('an answer that surely changed nothing', () => {
  it('waits as long as a throttling provider asks', () => {
    expect(after({ kind: 'throttled', ...said, waitMs: 7_000 })).toMatchObject({
      state: 'QUEUED',
      dueAt: NOW + 7_000,
      ...said,
    })
  })

  it('waits longer than asked when it was refused often: "at once" is not obeyed for ever', () => {
    const batch = after({ kind: 'throttled', ...said, waitMs: 500 }, aSubmitting({ attempt: 5 }))

    expect(batch).toMatchObject({ state: 'QUEUED', dueAt: NOW + 16_000 })
  })

  it('waits at the pace of the stack', () => {
    const paced = { ...rules(), pace: (ms: number) => ms / 10 }

    const batch = submitted(aSubmitting(), { kind: 'throttled', ...said, waitMs: 7_000 }, SENT, NOW, paced)

    expect(batch.dueAt).toBe(NOW + 700)
  })

  it.each([
    [1, 1_000],
    [2, 2_000],
    [4, 8_000],
    [7, 60_000],
    [900, 60_000],
  ])('is tried again after a not-sent call, the %i. time after %i ms', (attempt, waitMs) => {
    const batch = after({ kind: 'not-sent', ...said }, aSubmitting({ attempt }))

    expect(batch).toMatchObject({ state: 'QUEUED', dueAt: NOW + waitMs, ...said, attempt })
  })
})

describe('a call that was not sent for a reason that lasts', () => {
  it.each([
    [500, 1_000],
    [30_000, 30_000],
  ])('%i ms more is tried again after %i ms', (waitMs, expected) => {
    expect(after({ kind: 'not-sent', ...said, waitMs }).dueAt).toBe(NOW + expected)
  })
})

describe('an answer that may mean anything', () => {
  it('is looked into at once and never sent again unresolved', () => {
    expect(after({ kind: 'ambiguous', ...said })).toMatchObject({
      state: 'OUTCOME_UNKNOWN',
      dueAt: NOW,
      sentAt: SENT,
      settledAt: NOW,
      deadline: NOW + aTiming().graceMs + aTiming().deadlineMs,
      ...said,
      misses: 0,
      lastLookAt: null,
      longestGapMs: 0,
    })
  })
})

describe("a provider's text", () => {
  const endless = { code: `E\u0000${'0'.repeat(5_000)}`, reason: `<html>\n${'x'.repeat(100_000)}` }

  it.each<Submission>([
    { kind: 'achieved', ...endless, perNode: false },
    { kind: 'rejected', ...endless, perNode: false },
    { kind: 'rejected', ...endless, perNode: true },
    { kind: 'throttled', ...endless, waitMs: 1 },
    { kind: 'divided', parts: [{ nodes: [0], submission: { kind: 'achieved', ...endless, perNode: false } }] },
    { kind: 'divided', parts: [{ nodes: [0, 1], submission: { kind: 'untouched', ...endless } }] },
    { kind: 'not-sent', ...endless },
    { kind: 'ambiguous', ...endless },
  ])('is cut to fit a row of the ledger: $kind', (submission) => {
    const row = JSON.stringify(after(submission))

    expect(row.length).toBeLessThan(2_500)
    expect(row).not.toContain('\\u0000')
  })

  it('may be empty', () => {
    expect(after({ kind: 'ambiguous', code: '', reason: ' ' })).toMatchObject({
      state: 'OUTCOME_UNKNOWN',
      code: 'Unknown',
      reason: 'no reason was given',
    })
  })
})

describe('a lost worker', () => {
  it('may have called at any moment of its lease', () => {
    const batch = leaseLost(aSubmitting(), T0 + 90_000, rules())

    expect(batch).toMatchObject({
      state: 'OUTCOME_UNKNOWN',
      dueAt: T0 + 90_000,
      sentAt: T0,
      settledAt: T0 + 45_000,
      code: 'WorkerLost',
      reason: 'the worker that claimed the batch was not heard of again',
    })
  })

  it.each([aQueued(), aRunning()])('is none where the batch has moved on: $state', (batch) => {
    expect(leaseLost(batch, T0, rules())).toBe(batch)
  })
})
