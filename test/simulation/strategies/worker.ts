import { parentPort } from 'node:worker_threads'
import { bench } from './bench.ts'
import type { StrategyName } from './strategies.ts'
import type { Trouble } from './troubles.ts'

export type Job = { trouble: Trouble; strategy: StrategyName; seed: number; operations: number }

parentPort?.on('message', (job: Job) => {
  void bench(job.strategy, job.trouble, job).then((run) => parentPort?.postMessage(run))
})
