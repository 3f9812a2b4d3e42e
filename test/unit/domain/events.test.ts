import { describe, expect, it } from 'vitest'
import type { Batch } from '../../../lib/domain/batch.ts'
import { become } from '../../../lib/domain/batch.ts'
import { isPublic, jobChanges, type JobChange, operationChange } from '../../../lib/domain/events.ts'
import { noCounts, type NodeOutcome } from '../../../lib/domain/outcome.ts'
import { outcomesOf } from '../../../lib/domain/result.ts'
import {
  T0,
  aBatch,
  aQueued,
  aResult,
  aRunning,
  aSubmitting,
  anEnded,
  anOperation,
  anUnknown,
  nodeIds,
  resultsOf,
} from '../../helpers/builders.ts'

const detailsOf = (batch: Batch, outcomes: readonly NodeOutcome[] = []) =>
  jobChanges(batch, outcomes).map(({ detail }) => detail as JobChange)

describe('the event of an operation', () => {
  it('says how it ended', () => {
    const counts = { ...noCounts, total: 2, succeeded: 1, failed: 1 }
    const ended = anOperation({ status: 'PARTIAL', endedAt: T0 + 5_000, counts, sequence: 2 })

    const change = operationChange(ended)

    expect(change).toMatchObject({
      detailType: 'Node Operation State Change',
      time: '2026-01-05T10:00:05.000Z',
      detail: {
        version: '1',
        eventId: expect.stringMatching(/^[0-9a-f]{32}$/),
        operationId: 'op-1',
        status: 'PARTIAL',
        sequence: 2,
        counts,
        createdAt: '2026-01-05T10:00:00.000Z',
        endedAt: '2026-01-05T10:00:05.000Z',
        principal: 'alice',
      },
    })
  })

  it('is the same to the letter however far a running operation has come', () => {
    const early = anOperation()
    const late = anOperation({ counts: { ...noCounts, total: 2, succeeded: 1, running: 1 }, version: 9, dueAt: T0 + 9 })

    expect(operationChange(late)).toStrictEqual(operationChange(early))
    expect(operationChange(early)).toMatchObject({ time: '2026-01-05T10:00:00.000Z', detail: { endedAt: null } })
  })

  it('has another id for another change or another operation', () => {
    const ids = [{}, { sequence: 2 }, { operationId: 'op-2' }].map(
      (c) => operationChange(anOperation(c)).detail.eventId,
    )

    expect(new Set(ids).size).toBe(3)
  })
})

describe('the event of a batch', () => {
  it('says that its job runs', () => {
    const batch = aRunning({ submittedAt: T0 + 2_000 })

    expect(jobChanges(batch, [])).toMatchObject([
      {
        detailType: 'Node Operation Job State Change',
        time: '2026-01-05T10:00:02.000Z',
        detail: {
          operationId: 'op-1',
          batchId: 'op-1.0001',
          status: 'RUNNING',
          jobIds: ['job-1'],
          counts: { total: 2, running: 2 },
          endedAt: null,
          code: null,
          reason: null,
          nodes: [],
          part: 1,
          parts: 1,
        },
      },
    ])
  })

  it('is the same to the letter after any number of looks', () => {
    const batch = aRunning()
    const looked = become(batch, { ...batch, misses: 3, memo: 'm', dueAt: T0 + 99, counts: anEnded().counts })

    expect(jobChanges(looked, [])).toStrictEqual(jobChanges(batch, []))
  })

  it('carries the outcome of every node once it has ended', () => {
    const nodes = outcomesOf(anEnded(), nodeIds(2), resultsOf())

    expect(jobChanges(anEnded(), nodes)).toMatchObject([
      {
        time: '2026-01-05T10:00:30.000Z',
        detail: { status: 'SUCCEEDED', counts: { succeeded: 2 }, endedAt: '2026-01-05T10:00:30.000Z', nodes },
      },
    ])
  })

  it('is the same to the letter after it was marked as published', () => {
    const { dueAt: _, ...ended } = anEnded()

    expect(jobChanges(become(anEnded(), ended, { published: 2 }), [])).toStrictEqual(jobChanges(anEnded(), []))
  })

  it('comes in parts that the bus takes, with every node once and an id for each', () => {
    const many = nodeIds(1_000).map((id) => aResult(id, { outcome: 'failed', reason: '…'.repeat(300) }))
    const batch: Batch = anEnded({ nodes: 1_000, state: 'FAILED', outcome: null })

    const changes = jobChanges(batch, many)
    const details = detailsOf(batch, many)

    expect(changes.length).toBeGreaterThan(1)
    for (const change of changes) expect(Buffer.byteLength(JSON.stringify(change))).toBeLessThan(256_000)
    expect(details.flatMap(({ nodes }) => nodes)).toStrictEqual(many)
    expect(details.map(({ part }) => part)).toStrictEqual(details.map((_, i) => i + 1))
    expect(details.every(({ parts }) => parts === details.length)).toBe(true)
    expect(new Set(details.map(({ eventId }) => eventId)).size).toBe(details.length)
    expect(jobChanges(batch, many)).toStrictEqual(changes)
  })

  it('has another id for another change or another batch', () => {
    const ids = [{}, { sequence: 3 }, { batchId: 'op-1.0002' }].map((c) => detailsOf(aRunning(c))[0]?.eventId)

    expect(new Set(ids).size).toBe(3)
  })

  it('names no job before there is one', () => {
    expect(detailsOf(aQueued())).toMatchObject([{ status: 'QUEUED', jobIds: [], counts: { running: 2 } }])
  })
})

it.each([
  [aBatch(), false],
  [aQueued(), false],
  [aSubmitting(), false],
  [anUnknown(), false],
  [aRunning(), true],
  [anEnded(), true],
] as const)('tells others of running and ended batches only: $0.state', (batch, told) => {
  expect(isPublic(batch)).toBe(told)
})
