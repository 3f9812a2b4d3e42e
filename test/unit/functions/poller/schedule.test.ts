import { describe, expect, it } from 'vitest'
import { createSchedule } from '../../../../functions/poller/schedule.ts'
import { aRunning } from '../../../helpers/builders.ts'

const open = (batchId: string | null, dueAt: number, operationId = 'op-1') => ({
  provider: 'otc-ecs',
  operationId,
  batchId,
  dueAt,
})
const namesOf = (due: readonly { operationId: string; batchId: string | null }[]) =>
  due.map(({ operationId, batchId }) => batchId ?? operationId)

describe('the schedule of a poller', () => {
  it('has what the ledger says is due, the most overdue first', () => {
    const schedule = createSchedule()

    schedule.see([open('b', 20), open(null, 10), open('later', 31)], true)

    expect(namesOf(schedule.dueBy(30))).toEqual(['op-1', 'b'])
    expect(schedule.nextAt()).toBe(10)
  })

  it('keeps what was put off for as long as the ledger says the same of it', () => {
    const schedule = createSchedule()
    schedule.plan(open('a', 10.5), 50, aRunning({ batchId: 'a' }))

    schedule.see([open('a', 11)], true)

    expect(schedule.dueBy(49)).toEqual([])
    expect(schedule.dueBy(50)[0]?.batch?.batchId).toBe('a')
  })

  it('forgets what it remembers of a row that others have moved', () => {
    const schedule = createSchedule()
    schedule.plan(open('a', 10), 50, aRunning({ batchId: 'a' }))

    schedule.see([open('a', 12)], true)

    expect(schedule.dueBy(12)).toEqual([{ ...open('a', 12), at: 12, batch: undefined, vain: 0 }])
  })

  it('drops what the whole of what is open no longer has, and nothing because of a part of it', () => {
    const [told, inPart] = [createSchedule(), createSchedule()]
    for (const schedule of [told, inPart]) {
      schedule.plan(open('gone', 10), 50)
      schedule.see([open('a', 5), open('gone', 10)], true)
      schedule.see([open('a', 5)], schedule === told)
    }

    expect([told.size(), inPart.size()]).toEqual([1, 2])
  })

  it('keeps what was written so lately that the index may not show it yet', () => {
    const schedule = createSchedule()
    schedule.see([], true)
    schedule.plan(open('new', 10), 10)

    schedule.see([], true)
    const kept = schedule.size()
    schedule.see([], true)

    expect([kept, schedule.size()]).toEqual([1, 0])
  })

  it('has nothing to wait for when all is done', () => {
    const schedule = createSchedule()
    schedule.plan(open('a', 10), 10)

    schedule.forget({ operationId: 'op-1', batchId: 'a' })

    expect(schedule.nextAt()).toBeNull()
  })

  it('tries what nothing comes of ever more rarely, until something does', () => {
    const schedule = createSchedule()
    schedule.see([open('a', 0)], true)
    const waits = Array.from({ length: 9 }, () => {
      const now = schedule.nextAt() ?? Number.NaN
      schedule.tryAt(schedule.dueBy(now)[0]!, now, 1_000)
      return ((schedule.nextAt() ?? Number.NaN) - now) / 1_000
    })

    schedule.plan(open('a', 0), 5)
    schedule.tryAt(schedule.dueBy(5)[0]!, 5, 1_000)

    expect(waits).toEqual([1, 2, 4, 8, 16, 32, 64, 64, 64])
    expect(schedule.nextAt()).toBe(1_005)
  })
})
