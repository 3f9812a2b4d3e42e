import { describe, expect, it } from 'vitest'
import type { Batch } from '../../../lib/domain/batch.ts'
import { cancel, claim, expired, postpone } from '../../../lib/domain/claim.ts'
import {
  T0,
  aBatch,
  aQueued,
  aRunning,
  aSplit,
  aSubmitting,
  anEnded,
  anUnknown,
  rules,
} from '../../helpers/builders.ts'

const LEASE = 45_000
const claimed = (batch: Batch, now = T0) => claim(batch, now, LEASE, rules({ deadlineMs: 600_000 }))

const notWaiting: [string, Batch][] = [aSubmitting(), aRunning(), anUnknown(), aSplit(), anEnded()].map((batch) => [
  batch.state,
  batch,
])

describe('a batch that waits', () => {
  it.each([aBatch(), aQueued()])('is claimed for one call, for a lease: $state', (batch) => {
    const { kind, ...rest } = claimed(batch)

    expect(kind).toBe('submit')
    expect(rest).toMatchObject({
      batch: {
        state: 'SUBMITTING',
        claimedAt: T0,
        lostAt: T0 + LEASE,
        attempt: 1,
        firstTriedAt: T0,
        version: batch.version + 1,
        sequence: batch.sequence + 1,
      },
    })
  })

  it('stays due as it was, or is due when its worker counts as lost', () => {
    const dues = [aBatch(), aQueued({ dueAt: T0 - 1 }), aQueued({ dueAt: T0 + LEASE + 1 })].map((batch) =>
      claimed(batch),
    )

    expect(dues).toMatchObject([T0 + LEASE, T0 - 1, T0 + LEASE].map((dueAt) => ({ batch: { dueAt } })))
  })

  it('remembers when it was first tried', () => {
    const again = claimed(aQueued({ attempt: 3, firstTriedAt: T0 - 5_000 }))

    expect(again).toMatchObject({ batch: { attempt: 4, firstTriedAt: T0 - 5_000 } })
  })

  it('is skipped once its time has passed, and not a moment sooner', () => {
    const batch = aQueued({ notAfter: T0, nodes: 3 })

    expect(claimed(batch, T0).kind).toBe('submit')
    expect(claimed(batch, T0 + 1)).toMatchObject({
      kind: 'end',
      batch: {
        state: 'SKIPPED',
        outcome: 'skipped',
        counts: { total: 3, skipped: 3, pending: 0, running: 0 },
        jobIds: [],
        code: 'Expired',
        reason: 'not submitted before 2026-01-05T10:00:00.000Z',
        dueAt: T0 + 1,
      },
    })
  })

  it('fails when it was refused for as long as a job may take, with the last refusal as its reason', () => {
    const batch = aQueued({ firstTriedAt: T0, attempt: 9, code: 'APIGW.0308', reason: 'flow limit' })

    expect(claimed(batch, T0 + 600_000).kind).toBe('submit')
    expect(claimed(batch, T0 + 600_001)).toMatchObject({
      kind: 'end',
      batch: {
        state: 'FAILED',
        outcome: 'failed',
        jobIds: [],
        code: 'APIGW.0308',
        reason: 'given up, surely not applied: flow limit',
      },
    })
  })

  it.each([aBatch({ firstTriedAt: T0, attempt: 3 }), aQueued({ firstTriedAt: T0, attempt: 3 })])(
    'fails with a reason of ours where no refusal was noted: $state',
    (batch) => {
      expect(claimed(batch, T0 + 600_001)).toMatchObject({
        batch: { state: 'FAILED', code: 'NotSent', reason: 'given up, surely not applied: never accepted' },
      })
    },
  )
})

describe('a batch that was tried less than three times', () => {
  it('is tried again, however short the deadline', () => {
    expect(claimed(aQueued({ firstTriedAt: T0, attempt: 2 }), T0 + 10_000_000).kind).toBe('submit')
  })
})

describe('a batch that does not wait', () => {
  it.each(notWaiting)('is left alone by a second message: %s', (_, batch) => {
    expect(claimed(batch, T0 + 10_000_000)).toStrictEqual({ kind: 'leave' })
  })

  it.each(notWaiting)('is not ended for being late: %s', (_, batch) => {
    const late = { ...batch, notAfter: T0 - 1, firstTriedAt: T0 - 10_000_000, attempt: 9 }

    expect(expired(late, T0, rules({ deadlineMs: 1 }))).toBeUndefined()
  })

  it.each(notWaiting)('cannot be taken back: %s', (_, batch) => {
    expect(cancel(batch, T0)).toBeUndefined()
  })
})

describe('postponing', () => {
  it('leaves the batch waiting for its time, without a try', () => {
    const later = postpone(aQueued(), T0 + 9_000, T0, 'RateLimit', '1,000 a minute')

    expect(later).toMatchObject({
      state: 'QUEUED',
      dueAt: T0 + 9_000,
      code: 'RateLimit',
      reason: '1,000 a minute',
      attempt: 0,
      firstTriedAt: null,
      version: 4,
      sequence: 2,
    })
  })

  it('does not count the wait for its turn as time in which it was tried', () => {
    const tried = aQueued({ firstTriedAt: T0 - 5_000 })

    const later = postpone(tried, T0 + 9_000, T0, 'RateLimit', '1,000 a minute')

    expect(later.firstTriedAt).toBe(T0 + 4_000)
  })
})

describe('a batch that waits for its time', () => {
  it('is left alone by a message that comes early', () => {
    const throttled = aQueued({ notBefore: T0 + 60_000, dueAt: T0 + 60_000 })

    const decision = claimed(throttled, T0 + 30_000)

    expect(decision).toStrictEqual({ kind: 'leave' })
  })

  it('is submitted when its time has come by the clock of another machine, which may be a second ahead', () => {
    const throttled = aQueued({ notBefore: T0 + 60_000, dueAt: T0 + 120_000 })

    expect(claimed(throttled, T0 + 58_999).kind).toBe('leave')
    expect(claimed(throttled, T0 + 59_000).kind).toBe('submit')
  })
})

describe('a batch that no worker ever claims', () => {
  const DAY_MS = 86_400_000

  it('waits a day', () => {
    expect(expired(aQueued({ createdAt: T0 }), T0 + DAY_MS, rules())).toBeUndefined()
  })

  it('then fails, surely not applied', () => {
    const given = expired(aQueued({ createdAt: T0 }), T0 + DAY_MS + 1, rules())

    expect(given).toMatchObject({ state: 'FAILED', outcome: 'failed', code: 'NotSent' })
  })

  it('has its day from its turn on, when it had to wait for that', () => {
    const queued = aQueued({ createdAt: T0, notBefore: T0 + DAY_MS })

    expect(expired(queued, T0 + DAY_MS + 1, rules())).toBeUndefined()
  })
})

describe('cancelling', () => {
  it.each([aBatch(), aQueued()])('takes back what was surely not submitted: $state', (batch) => {
    expect(cancel(batch, T0)).toMatchObject({
      state: 'CANCELLED',
      outcome: 'skipped',
      jobIds: [],
      code: 'Cancelled',
      reason: 'cancelled before it was submitted',
      counts: { total: 2, skipped: 2 },
      endedAt: T0,
      dueAt: T0,
      sequence: batch.sequence + 1,
    })
  })
})
