import { parentPort, workerData } from 'node:worker_threads'
import { PER_RUN } from './runs.ts'
import { simulate } from './simulate.ts'

const { seed, step, operations } = workerData as { seed: number; step: number; operations: number }

// Every `step`-th run of those that make up the whole: the others are other workers'.
for (let first = 0; first < operations; first += step * PER_RUN) {
  const count = Math.min(PER_RUN, operations - first)
  parentPort?.postMessage(await simulate({ seed: seed + first / PER_RUN, operations: count }))
}
