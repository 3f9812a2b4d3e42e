import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

const MB = 1024 * 1024

const collector = (): (() => void) => {
  setFlagsFromString('--expose-gc')
  // The flag counts for contexts that are made after it.
  return runInNewContext('gc') as () => void
}

/** The heap while the work is done again and again, and what it has grown by when all is collected, MB. */
export const heapDuring = (work: () => unknown, times: number): { peak: number; growth: number } => {
  const collect = collector()
  work()
  collect()
  const before = process.memoryUsage().heapUsed
  let peak = 0
  for (let i = 0; i < times; i += 1) {
    const result = work()
    peak = Math.max(peak, process.memoryUsage().heapUsed)
    if (result === undefined) throw new Error('the work made nothing')
  }
  collect()
  return { peak: (peak - before) / MB, growth: (process.memoryUsage().heapUsed - before) / MB }
}
