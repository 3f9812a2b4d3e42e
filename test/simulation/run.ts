import { availableParallelism } from 'node:os'
import { parseArgs } from 'node:util'
import { Worker } from 'node:worker_threads'
import { PER_RUN, replayOf, traceOf } from './runs.ts'
import type { Run } from './simulate.ts'
import { addRun, faultsIn, noSum, progressOf, summaryOf } from './sum.ts'

/**
 * `npm run simulate -- --seed N --operations M`: runs of 500 operations with the seeds N, N + 1, … on all cores, until
 * one breaks an invariant. Prints how far it is, what was made to go wrong, and what broke: the trace of it, and the command
 * that shows it again.
 */
const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: '1' },
    operations: { type: 'string', default: String(PER_RUN) },
    jobs: { type: 'string', default: String(availableParallelism()) },
  },
})
const [seed, operations, jobs] = [values.seed, values.operations, values.jobs].map(Number) as [number, number, number]
if (![seed, operations, jobs].every((value) => Number.isSafeInteger(value) && value > 0))
  throw new RangeError('--seed, --operations and --jobs are whole numbers above 0')

const PROGRESS_MS = 10_000

const print = (line: string): void => void process.stdout.write(`${line}\n`)
const begunAt = performance.now()
const seconds = (): number => (performance.now() - begunAt) / 1000
const sum = noSum()
const progress = setInterval(() => print(progressOf(sum, operations, seconds())), PROGRESS_MS)

/** Answers the first run that broke something, once every worker has come to its end or one was stopped for it. */
const broken = await new Promise<Run | undefined>((resolve, reject) => {
  const step = Math.min(jobs, Math.ceil(operations / PER_RUN))
  let working = step
  for (let i = 0; i < step; i += 1) {
    const workerData = { seed: seed + i, step, operations: operations - i * PER_RUN }
    const worker = new Worker(new URL('./worker.ts', import.meta.url), { workerData })
    worker.on('message', (run: Run) => {
      addRun(sum, run)
      if (run.violations.length > 0) resolve(run)
    })
    worker.on('error', reject)
    worker.on('exit', () => {
      working -= 1
      if (working === 0) resolve(undefined)
    })
  }
})
clearInterval(progress)

print(progressOf(sum, operations, seconds()))
print(`seeds ${seed} to ${seed + Math.ceil(operations / PER_RUN) - 1}: ${summaryOf(sum)}`)
print(`made to go wrong: ${faultsIn(sum)}`)
if (broken !== undefined) {
  for (const line of await traceOf(broken)) print(line.slice(0, 500))
  for (const { invariant, about, message } of broken.violations) print(`BROKEN ${invariant} ${about}: ${message}`)
  print(replayOf(broken))
}
process.exit(broken === undefined ? 0 : 1)
