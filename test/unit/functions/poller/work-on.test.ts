import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { workOn } from '../../../../functions/poller/work-on.ts'
import type { Batch } from '../../../../lib/domain/batch.ts'
import { aRunning, T0 } from '../../../helpers/builders.ts'
import { pollerWith } from './poller.ts'

const TERM_MS = 62_000
/** Of the function: a term, one that was stood by for, and what the last looks may take. */
const TIMEOUT_MS = 180_000

beforeEach(() => void vi.useFakeTimers({ now: T0 }))
afterEach(() => void vi.useRealTimers())

const running = (count: number, provider: string, dueAt = T0): Batch[] =>
  Array.from({ length: count }, (_, i) => aRunning({ provider, batchId: `${provider}.${i}`, dueAt }))

/** Lets the time pass until the work is over; answers how long that was, ms. */
const timeOf = async (work: Promise<unknown>): Promise<number> => {
  const over = work.then(
    () => Date.now() - T0,
    () => Date.now() - T0,
  )
  await vi.runAllTimersAsync()
  return over
}

describe('the term of a poller', () => {
  it('ends soon, however many looks are due at a cloud that does not answer', async () => {
    const { deps, looks } = pollerWith(running(300, 'silent'), () => 10_000)

    const took = await timeOf(workOn('one', TERM_MS, deps))

    expect(looks.length).toBeGreaterThan(40)
    expect(took).toBeLessThan(TERM_MS + 11_000)
  })

  it('is not begun anew as often as another poller takes the lease, so that it ends within the time of its function', async () => {
    const { deps, ledger } = pollerWith(running(1, 'otc-ecs'))
    // We have it for half a term, and then another one for as long.
    let othersUntil = T0 + 60_000
    let asked = 0
    ledger.heldUntil.mockImplementation(async () => othersUntil)
    ledger.acquire.mockImplementation(async (_name, _holder, now) => {
      if (now < othersUntil) return false
      asked += 1
      if (asked % 2 === 1) return true
      othersUntil = now + TERM_MS / 2
      return false
    })

    const took = await timeOf(workOn('one', TERM_MS, deps))

    expect(took).toBeLessThan(TIMEOUT_MS)
  })

  it('sees what is due at one cloud behind thousands of rows of another, which are put off or wait for their turn', async () => {
    const many = running(6_000, 'silent', T0 - 60_000)
    const { deps, looks } = pollerWith([...many, ...running(1, 'otc-ecs')], (id) => (id === 'silent' ? 10_000 : 10))

    await timeOf(workOn('one', TERM_MS, deps))

    const first = looks.find(({ provider }) => provider === 'otc-ecs')
    expect((first?.at ?? Infinity) - T0).toBeLessThan(30_000)
  })

  it('waits for the looks that are under way, even where its lease cannot be given back', async () => {
    const { deps, ledger, looks } = pollerWith(running(1, 'slow'), () => 10_000)
    ledger.release.mockRejectedValue(new Error('the ledger is down'))
    const read = ledger.agenda.getMockImplementation()!
    ledger.agenda.mockImplementationOnce(read).mockRejectedValue(new Error('the ledger is down'))

    const took = await timeOf(workOn('one', TERM_MS, deps))

    expect(looks).toHaveLength(1)
    expect(took).toBeGreaterThanOrEqual(10_000)
  })

  it('leaves what it looked at in vain behind what nobody has looked at yet', async () => {
    const all = running(80, 'silent')
    const { deps, looks } = pollerWith(all, () => 10_000)

    await timeOf(workOn('one', TERM_MS, deps))
    await timeOf(workOn('two', TERM_MS, deps))

    expect(new Set(looks.map(({ batchId }) => batchId)).size).toBe(all.length)
  })
})
