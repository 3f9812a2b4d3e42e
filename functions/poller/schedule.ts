import type { Batch } from '../../lib/domain/batch.ts'
import type { Open } from '../../lib/domain/ports.ts'

/**
 * What is open, when to look at it (ms), and the row where it is known: nothing but this poller will write it before. `vain`: how often in a
 * row nothing came of that.
 */
export type Planned = Open & { at: number; batch: Batch | undefined; vain: number }

/** Doublings of the time to the next try: from a second to about a minute. */
const MOST_DOUBLINGS = 6

export type Schedule = ReturnType<typeof createSchedule>

/**
 * When one poller looks at what is open. Everything asks to be looked at from the time that the ledger has; what was
 * looked at and put off a little is not written, only remembered here: a poller that takes over looks at it at once.
 */
export const createSchedule = () => {
  const planned = new Map<string, Planned>()
  /** Planned since the ledger was last read: written so lately, perhaps, that its index does not show it yet. */
  const fresh = new Set<string>()
  const nameOf = ({ operationId, batchId }: Pick<Open, 'operationId' | 'batchId'>): string =>
    `${operationId} ${batchId ?? ''}`

  const plan = ({ provider, operationId, batchId, dueAt }: Open, at: number, batch?: Batch, vain = 0): void => {
    const name = nameOf({ operationId, batchId })
    planned.set(name, { provider, operationId, batchId, dueAt: Math.ceil(dueAt), at, batch, vain })
    fresh.add(name)
  }

  return {
    /**
     * Learns what the ledger says is open; `whole`: and nothing else is. What is remembered counts for as long as the ledger
     * says the same.
     */
    see: (agenda: readonly Open[], whole: boolean): void => {
      const gone = new Set(whole ? [...planned.keys()].filter((name) => !fresh.has(name)) : [])
      for (const open of agenda) {
        const name = nameOf(open)
        gone.delete(name)
        if (planned.get(name)?.dueAt !== open.dueAt) plan(open, open.dueAt)
      }
      for (const name of gone) planned.delete(name)
      fresh.clear()
    },
    /** Looks at it again at `at` and not before, unless the ledger comes to say otherwise. */
    plan: (open: Open, at: number, batch?: Batch): void => plan(open, at, batch),
    /** It is worked on now: should nothing come of it, it is again after `firstMs`, and after twice as long each time. */
    tryAt: (open: Planned, now: number, firstMs: number): void =>
      plan(open, now + firstMs * 2 ** Math.min(open.vain, MOST_DOUBLINGS), undefined, open.vain + 1),
    /** Looks at it at `at` already, if it is to be looked at later. */
    hasten: (open: Pick<Open, 'operationId' | 'batchId'>, at: number): void => {
      const known = planned.get(nameOf(open))
      if (known !== undefined && at < known.at) plan(known, at, known.batch, known.vain)
    },
    forget: (open: Pick<Open, 'operationId' | 'batchId'>): void => void planned.delete(nameOf(open)),
    dueBy: (now: number): Planned[] =>
      [...planned.values()].filter(({ at }) => at <= now).toSorted((a, b) => a.at - b.at),
    /** When the next thing is to be looked at; null when nothing is open. */
    nextAt: (): number | null => {
      let next: number | null = null
      for (const { at } of planned.values()) if (next === null || at < next) next = at
      return next
    },
    size: (): number => planned.size,
  }
}
