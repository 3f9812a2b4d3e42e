import { median } from './statistics.ts'

/** CPU time of one run of the work, user and system, µs. */
const once = (work: () => unknown, times: number): number => {
  const before = process.cpuUsage()
  for (let i = 0; i < times; i += 1) work()
  const { user, system } = process.cpuUsage(before)
  return (user + system) / times
}

/**
 * Median CPU time of each of the works, µs: round by round one after the other, so that what else the machine does
 * meets all of them alike. The first rounds, in which the code is compiled, do not count.
 */
export const cpuTimes = (works: readonly (() => unknown)[], { rounds = 11, times = 1, warmUp = 3 } = {}): number[] => {
  const taken = works.map((): number[] => [])
  for (let round = 0; round < warmUp + rounds; round += 1) {
    for (const [i, work] of works.entries()) {
      const micros = once(work, times)
      if (round >= warmUp) taken[i]?.push(micros)
    }
  }
  return taken.map(median)
}
