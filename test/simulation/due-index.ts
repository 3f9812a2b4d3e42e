import type { Batch } from '../../lib/domain/batch.ts'
import type { Operation } from '../../lib/domain/operation.ts'
import type { Open } from '../../lib/domain/ports.ts'

type Row = Operation | Batch
type Image = { row: Row; dueAt: number } | undefined
type Entry = { shown: Image; pending: { from: number; image: Image }[] }

/**
 * The index of what is due, which follows the table with a delay of its own for every write: it shows rows as they were,
 * rows that ask for nothing any more, and not yet those that were just written.
 */
export const createDueIndex = (now: () => number, lagMs: () => number) => {
  const entries = new Map<string, Entry>()
  /** Rows that ask for something, as the table itself has them. */
  const open = new Set<string>()

  const settled = (key: string, entry: Entry): Image => {
    while (entry.pending[0] !== undefined && entry.pending[0].from <= now()) entry.shown = entry.pending.shift()?.image
    if (entry.shown === undefined && entry.pending.length === 0) entries.delete(key)
    return entry.shown
  }

  const images = function* () {
    for (const [key, entry] of entries) {
      const image = settled(key, entry)
      if (image !== undefined) yield image
    }
  }

  return {
    /** Whether no row of the table asks for anything. */
    isQuiet: () => open.size === 0,
    open,
    put: (key: string, row: Row): void => {
      const image = row.dueAt === undefined ? undefined : { row, dueAt: Math.ceil(row.dueAt) }
      if (image === undefined) open.delete(key)
      else open.add(key)
      const entry = entries.get(key) ?? { shown: undefined, pending: [] }
      const from = Math.max(now() + lagMs(), entry.pending.at(-1)?.from ?? 0)
      entry.pending.push({ from, image })
      entries.set(key, entry)
    },
    agenda: (limit: number): Open[] =>
      [...images()]
        .toSorted((a, b) => a.dueAt - b.dueAt)
        .slice(0, limit)
        .map(({ row: { provider, operationId, ...rest }, dueAt }) => ({
          provider,
          operationId,
          batchId: 'batchId' in rest ? rest.batchId : null,
          dueAt,
        })),
  }
}
