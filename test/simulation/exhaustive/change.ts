import type { Batch } from '../../../lib/domain/batch.ts'
import type { Row, Worker, World } from './model.ts'

/** What is wrong with a step, if anything: an invariant that it breaks. */
export type Step = { name: string; to: World; broken?: string }

export const later = (world: World, changes: Partial<World>): World => ({ ...world, ...changes })
export const fault = (world: World): World => ({ ...world, faults: world.faults - 1 })

export const withWorker = (world: World, i: number, worker: Worker): World =>
  later(world, { workers: world.workers.with(i, worker) })

export const withMessage = (world: World, batchId: string): World =>
  world.messages.includes(batchId) ? world : later(world, { messages: [...world.messages, batchId] })

/** The conditional write: nothing happens when somebody else has written since. */
export const save = (world: World, next: Batch, results?: Row['results']): World | undefined => {
  const row = world.rows[next.batchId]
  if (row === undefined || row.batch.version !== next.version - 1) return undefined
  return later(world, {
    rows: { ...world.rows, [next.batchId]: { ...row, batch: next, results: results ?? row.results } },
  })
}

export const batchesOf = (world: World): Batch[] => Object.values(world.rows).map(({ batch }) => batch)
