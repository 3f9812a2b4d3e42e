import { addFaults } from '../faults.ts'
import type { BenchRun } from './bench.ts'
import type { StrategyName } from './strategies.ts'
import { addTallies, noTally, type Tally } from './tally.ts'
import type { Trouble } from './troubles.ts'

export type Row = {
  trouble: Trouble
  strategy: StrategyName
  tally: Tally
  faults: Map<string, number>
  broken: number
}

/** The runs of each strategy in each trouble, added up. */
export const addRun = (rows: Row[], trouble: Trouble, strategy: StrategyName, run: BenchRun): void => {
  const there = rows.find((row) => row.trouble === trouble && row.strategy === strategy)
  const row = there ?? { trouble, strategy, tally: noTally, faults: new Map<string, number>(), broken: 0 }
  if (there === undefined) rows.push(row)
  row.tally = addTallies(row.tally, run.tally)
  row.broken += run.violations.length
  addFaults(row.faults, run.faults)
}

const COLUMNS = [
  ['acted on twice', 'twice'],
  ['acted on, no event', 'unannounced'],
  ['unresolved', 'unresolved'],
  ['operations without an end', 'openOperations'],
  ['said failed, was done', 'misreported'],
  ['a person must look', 'unknown'],
] as const satisfies [string, keyof Tally][]

const line = (cells: readonly (string | number)[]): string => `| ${cells.join(' | ')} |`

const sum = (counts: ReadonlyMap<string, number>): number => [...counts.values()].reduce((a, b) => a + b, 0)

/** Markdown, as it is in docs/at-most-once.md. */
export const table = (rows: readonly Row[]): string =>
  [
    line(['trouble', 'strategy', 'operations', 'nodes', 'faults', ...COLUMNS.map(([title]) => title)]),
    line(['---', '---', ...COLUMNS.map(() => '---:'), '---:', '---:', '---:']),
    ...rows.map(({ trouble, strategy, tally, faults }) =>
      line([trouble, strategy, tally.operations, tally.nodes, sum(faults), ...COLUMNS.map(([, name]) => tally[name])]),
    ),
  ].join('\n')

/** How often each fault was made, over all troubles, for each strategy. */
export const faultTable = (rows: readonly Row[]): string => {
  const byStrategy = Map.groupBy(rows, ({ strategy }) => strategy)
  const counts = [...byStrategy].map(([strategy, its]) => {
    const all = new Map<string, number>()
    for (const { faults } of its) addFaults(all, faults)
    return { strategy, all }
  })
  const names = [...new Set(counts.flatMap(({ all }) => [...all.keys()]))].toSorted()
  return [
    line(['fault', ...counts.map(({ strategy }) => strategy)]),
    line(['---', ...counts.map(() => '---:')]),
    ...names.map((name) => line([name, ...counts.map(({ all }) => all.get(name) ?? 0)])),
  ].join('\n')
}
