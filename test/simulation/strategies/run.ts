import { availableParallelism } from 'node:os'
import { parseArgs } from 'node:util'
import { Worker } from 'node:worker_threads'
import { PER_RUN } from '../runs.ts'
import type { BenchRun } from './bench.ts'
import { addRun, faultTable, type Row, table } from './report.ts'
import { strategies, type StrategyName } from './strategies.ts'
import { type Trouble, troubles } from './troubles.ts'
import type { Job } from './worker.ts'

/**
 * `npm run strategies -- --seed N --operations M`: M operations of each strategy in each kind of trouble, in runs of 500
 * with the seeds N, N + 1, …. Prints the tables of docs/at-most-once.md.
 */
const { values } = parseArgs({
  options: { seed: { type: 'string', default: '1' }, operations: { type: 'string', default: '1000' } },
})
const [seed, operations] = [values.seed, values.operations].map(Number) as [number, number]
if (![seed, operations].every((value) => Number.isSafeInteger(value) && value > 0))
  throw new RangeError('--seed and --operations are whole numbers above 0')

const runs = Array.from({ length: Math.ceil(operations / PER_RUN) }, (_, i) => ({
  seed: seed + i,
  operations: Math.min(PER_RUN, operations - i * PER_RUN),
}))
// Both tables have these keys, and no others.
const jobs: Job[] = (Object.keys(troubles) as Trouble[]).flatMap((trouble) =>
  (Object.keys(strategies) as StrategyName[]).flatMap((strategy) => runs.map((run) => ({ trouble, strategy, ...run }))),
)

const done: (BenchRun | undefined)[] = jobs.map(() => undefined)
let next = 0
const work = (): Promise<void> =>
  new Promise((resolve, reject) => {
    const worker = new Worker(new URL('./worker.ts', import.meta.url))
    let index = 0
    const give = (): void => {
      index = next
      next += 1
      const job = jobs[index]
      if (job === undefined) void worker.terminate().then(() => resolve())
      else worker.postMessage(job)
    }
    worker.on('message', (run: BenchRun) => {
      done[index] = run
      give()
    })
    worker.on('error', reject)
    give()
  })
await Promise.all(Array.from({ length: Math.min(availableParallelism(), jobs.length) }, work))

const rows: Row[] = []
for (const [i, { trouble, strategy }] of jobs.entries()) {
  const run = done[i]
  if (run !== undefined) addRun(rows, trouble, strategy, run)
}
const print = (text: string): void => void process.stdout.write(`${text}\n\n`)
print(`seeds ${seed} to ${seed + runs.length - 1}, ${operations} operations each`)
print(table(rows))
print(faultTable(rows))
const broken = rows.filter((row) => row.strategy === 'Drover' && row.broken > 0)
for (const { trouble } of broken) print(`BROKEN: Drover, ${trouble}`)
process.exit(broken.length === 0 ? 0 : 1)
