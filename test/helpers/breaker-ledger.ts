import { type Breaker, closedBreaker } from '../../lib/domain/breaker.ts'
import type { Ledger } from '../../lib/domain/ports.ts'

/** The breakers of a ledger in memory, each change a moment of its own; what was asked of it is counted. */
export const breakerLedger = () => {
  const breakers = new Map<string, Breaker>()
  const counts = { reads: 0, writes: 0 }
  let isDown = false
  const updateBreaker: Ledger['updateBreaker'] = async (name, change) => {
    await Promise.resolve()
    if (isDown) throw new Error('the ledger is down')
    counts.reads += 1
    const before = breakers.get(name) ?? closedBreaker
    const { breaker, result } = change(before)
    if (breaker !== before) {
      counts.writes += 1
      breakers.set(name, breaker)
    }
    return result
  }
  return {
    // The only method that breakers need.
    ledger: { updateBreaker } as Ledger,
    breakers,
    counts,
    goDown: () => {
      isDown = true
    },
  }
}
