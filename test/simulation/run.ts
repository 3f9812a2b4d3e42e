import { availableParallelism } from 'node:os'
import { parseArgs } from 'node:util'
import { Worker } from 'node:worker_threads'
import { PER_RUN, replayOf, traceOf } from './runs.ts'
import type { Run } from './simulate.ts'

/**
 * `npm run simulate -- --seed N --operations M`: runs of 500 operations with the seeds N, N + 1, … on all cores, until
 * one breaks an invariant. Prints what broke, the trace of it, and the command that shows it again.
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

const print = (line: string): void => void process.stdout.write(`${line}\n`)
const begunAt = performance.now()
const sums = { runs: 0, accepted: 0, nodes: 0, events: 0, steps: 0 }
const statuses: Record<string, number> = {}

const count = (run: Run): void => {
  sums.runs += 1
  for (const name of ['accepted', 'nodes', 'events', 'steps'] as const) sums[name] += run[name]
  for (const [status, many] of Object.entries(run.statuses)) statuses[status] = (statuses[status] ?? 0) + many
}

const summary = (): string => {
  const seconds = (performance.now() - begunAt) / 1000
  const said = Object.entries({ ...sums, ...statuses }).map(([name, many]) => `${many} ${name}`)
  return `${said.join(', ')} · ${Math.round(sums.accepted / seconds)} operations/s`
}

/** Answers the first run that broke something, once every worker has come to its end or one was stopped for it. */
const broken = await new Promise<Run | undefined>((resolve, reject) => {
  const step = Math.min(jobs, Math.ceil(operations / PER_RUN))
  let working = step
  for (let i = 0; i < step; i += 1) {
    const workerData = { seed: seed + i, step, operations: operations - i * PER_RUN }
    const worker = new Worker(new URL('./worker.ts', import.meta.url), { workerData })
    worker.on('message', (run: Run) => {
      count(run)
      if (sums.runs % 50 === 0) print(summary())
      if (run.violations.length > 0) resolve(run)
    })
    worker.on('error', reject)
    worker.on('exit', () => {
      working -= 1
      if (working === 0) resolve(undefined)
    })
  }
})

print(`seeds ${seed} to ${seed + Math.ceil(operations / PER_RUN) - 1}: ${summary()}`)
if (broken !== undefined) {
  for (const line of await traceOf(broken)) print(line.slice(0, 500))
  for (const { invariant, about, message } of broken.violations) print(`BROKEN ${invariant} ${about}: ${message}`)
  print(replayOf(broken))
}
process.exit(broken === undefined ? 0 : 1)
