import type { EventView, NodeView } from './client.ts'
import { checkActions, checkEvents, checkExpectations, checkOutcomes, type Acted, type Check } from './checks.ts'
import { failureList } from './failure-list.ts'
import { faultStory, type Injected } from './fault-story.ts'
import { outcomeTable } from './outcome-table.ts'
import { isEnded, isRefused, type Run } from './run.ts'
import type { Submission } from './submissions.ts'
import type { Paint } from './text.ts'

/** All that is known at the end. */
export type Findings = {
  runs: readonly Run[]
  events: readonly EventView[]
  /** Of the operations that ended, by operation id. */
  nodes: ReadonlyMap<string, readonly NodeView[]>
  calls: readonly Submission[]
  faults: readonly Injected[]
  acted: Acted
  /** What the stack was not content with, in lines. */
  complaints: readonly string[]
  timeScale: number
  tookMs: number
}

const MOST_AGAINST = 20
const MOST_COMPLAINTS = 10

const checkLines = ({ claim, against }: Check, paint: Paint): string[] => {
  if (against.length === 0) return [`${paint('green', '✔')} ${claim}`]
  const left = against.length - MOST_AGAINST
  return [
    `${paint('red', '✖')} ${claim}: not so`,
    ...against.slice(0, MOST_AGAINST).map((line) => `    ${line}`),
    ...(left > 0 ? [`    … and ${left} more`] : []),
  ]
}

const section = (title: string, lines: readonly string[], paint: Paint): string[] =>
  lines.length === 0 ? [] : ['', paint('cyan', title), ...lines]

const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`

const isOver = (runs: readonly Run[]): boolean => runs.every((run) => isRefused(run) || isEnded(run))

/** The end of the demo in lines, and whether everything was as it must be. */
export const report = (
  findings: Findings,
  { width, paint }: { width: number; paint: Paint },
): { lines: string[]; passed: boolean } => {
  const { runs, events, nodes, faults, acted, complaints, timeScale, tookMs } = findings
  const withNodes = runs.filter(isEnded).map((run) => ({ run, nodes: nodes.get(run.operationId) ?? [] }))
  const checks = [
    checkExpectations(runs),
    checkEvents(runs, events),
    checkOutcomes(runs, nodes, events),
    checkActions(runs, acted),
  ]
  const passed = checks.every(({ against }) => against.length === 0)
  const verdict = passed
    ? paint('green', `Done in ${seconds(tookMs)}: every operation ended as expected.`)
    : paint('red', `${isOver(runs) ? 'Done in' : 'Given up after'} ${seconds(tookMs)}, not as expected: see ✖ above.`)
  return {
    passed,
    lines: [
      ...section('Outcome per provider', outcomeTable(runs, events, { timeScale, width, paint }), paint),
      ...section('Nodes that did not succeed', failureList(withNodes, paint), paint),
      ...section('Faults put in the way, and what came of them', faultStory(faults, { ...findings, paint }), paint),
      ...section(
        'Checked',
        checks.flatMap((check) => checkLines(check, paint)),
        paint,
      ),
      ...(passed ? [] : section('What the stack said last', complaints.slice(-MOST_COMPLAINTS), paint)),
      '',
      verdict,
    ],
  }
}
