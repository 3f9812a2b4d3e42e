import { addFaults } from './faults.ts'
import type { Run } from './simulate.ts'

const NAMES = ['accepted', 'nodes', 'events', 'letters', 'steps', 'overlaps'] as const

/** What many runs have come to. */
export type Sum = Record<(typeof NAMES)[number] | 'runs' | 'asked', number> & {
  statuses: Map<string, number>
  faults: Map<string, number>
}

export const noSum = (): Sum => ({
  runs: 0,
  asked: 0,
  accepted: 0,
  nodes: 0,
  events: 0,
  letters: 0,
  steps: 0,
  overlaps: 0,
  statuses: new Map(),
  faults: new Map(),
})

export const addRun = (sum: Sum, run: Run): void => {
  sum.runs += 1
  sum.asked += run.operations
  for (const name of NAMES) sum[name] += run[name]
  addFaults(sum.statuses, Object.entries(run.statuses))
  addFaults(sum.faults, run.faults)
}

const manyOf = (counts: ReadonlyMap<string, number>): string =>
  [...counts]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, many]) => `${many} ${name}`)
    .join(', ')

export const summaryOf = (sum: Sum): string =>
  `${sum.runs} runs, ${NAMES.map((name) => `${sum[name]} ${name}`).join(', ')}; ${manyOf(sum.statuses)}`

export const faultsIn = ({ faults }: Sum): string => manyOf(faults)

const MB = 1024

/** How far it is, how fast, and the most memory that the process has had so far. */
export const progressOf = ({ asked, accepted }: Sum, operations: number, seconds: number): string => {
  const rate = accepted / seconds
  const left = asked === 0 ? '?' : Math.round((Math.max(0, operations - asked) * seconds) / asked)
  const memory = Math.round(process.resourceUsage().maxRSS / MB)
  return `${asked} of ${operations} in ${Math.round(seconds)} s · ${Math.round(rate)} operations/s · ${left} s to go · at most ${memory} MB`
}
