import { describe, expect, it } from 'vitest'
import { noCounts } from '../../../lib/domain/outcome.ts'
import { operationSummary, operationView } from '../../../lib/domain/view.ts'
import { T0, aBatch, aQueued, aRunning, aSplit, anEnded, anOperation } from '../../helpers/builders.ts'

const total6 = { counts: { ...noCounts, total: 6, pending: 6 } }
const split = aSplit({ batchId: 'op-1.0003' })

describe('an operation as a user sees it', () => {
  it('counts its nodes as they are now', () => {
    const view = operationView(anOperation(total6), [aQueued(), aRunning(), anEnded()])

    expect(view.counts).toStrictEqual({ ...noCounts, total: 6, pending: 2, running: 2, succeeded: 2 })
  })

  it('counts nodes of a batch that is being split as pending, and does not show that batch', () => {
    const view = operationView(anOperation(total6), [split, anEnded(), anEnded()])

    expect(view.counts).toStrictEqual({ ...noCounts, total: 6, pending: 2, succeeded: 4 })
    expect(view.batches).toHaveLength(2)
  })

  it('keeps the counts that it ended with', () => {
    const counts = { ...noCounts, total: 2, failed: 2 }
    const view = operationView(anOperation({ status: 'FAILED', endedAt: T0 + 5, counts }), [anEnded()])

    expect(view).toMatchObject({ status: 'FAILED', counts, endedAt: '2026-01-05T10:00:00.005Z' })
  })

  it('shows its waves in order', () => {
    const view = operationView(anOperation(total6), [aQueued({ wave: 2 }), anEnded(), aRunning()])

    expect(view.waves).toStrictEqual([
      { wave: 1, batches: 2, nodes: 4, ended: false },
      { wave: 2, batches: 1, nodes: 2, ended: false },
    ])
  })

  it('shows of each batch what its state has to say', () => {
    const waiting = aQueued({ code: 'RateLimit', reason: 'later' })

    const { batches } = operationView(anOperation(total6), [aBatch(), waiting, aRunning(), anEnded()])

    expect(batches).toMatchObject([
      { state: 'PLANNED', jobIds: [], code: null, reason: null, endedAt: null },
      { state: 'QUEUED', jobIds: [], code: 'RateLimit', reason: 'later', endedAt: null },
      { state: 'RUNNING', jobIds: ['job-1'], code: null, endedAt: null },
      { state: 'SUCCEEDED', jobIds: ['job-1'], counts: { succeeded: 2 }, endedAt: '2026-01-05T10:00:30.000Z' },
    ])
  })
})

it('shows nothing of how it is kept in a summary', () => {
  const summary = operationSummary(anOperation({ cancelledAt: T0 }))

  expect(summary).toMatchObject({ operationId: 'op-1', endedAt: null, cancelledAt: '2026-01-05T10:00:00.000Z' })
  for (const internal of ['idempotencyKey', 'version', 'sequence', 'published', 'dueAt', 'requestHash']) {
    expect(summary).not.toHaveProperty(internal)
  }
})
