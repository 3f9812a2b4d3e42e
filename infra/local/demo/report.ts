import type { EventView, NodeView } from './client.ts'
import { checkActions, checkEvents, checkExpectations, checkOutcomes, type Acted, type Check } from './checks.ts'
import { failureList } from './failure-list.ts'
import { faultStory, type Injected } from './fault-story.ts'
import { outcomeTable } from './outcome-table.ts'
import { isEnded, type Run } from './run.ts'
import type { Submission } from './submissions.ts'
import { counted, type Paint } from './text.ts'

/** All that is known at the end. */
export type Findings = {
  runs: readonly Run[]
  events: readonly EventView[]
  /** Of the operations that ended, by operation id. */
  nodes: ReadonlyMap<string, readonly NodeView[]>
  calls: readonly Submission[]
  faults: readonly Injected[]
  acted: Acted
  timeScale: number
  tookMs: number
}

const MOST_AGAINST = 20

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

/** The end of the demo in lines, and whether everything was as it must be. */
export const report = (findings: Findings, paint: Paint): { lines: string[]; passed: boolean } => {
  const { runs, events, nodes, faults, acted, timeScale, tookMs } = findings
  const withNodes = runs.filter(isEnded).map((run) => ({ run, nodes: nodes.get(run.operationId) ?? [] }))
  const checks = [
    checkExpectations(runs),
    checkEvents(runs, events),
    checkOutcomes(runs, nodes, events),
    checkActions(runs, acted),
  ]
  const passed = checks.every(({ against }) => against.length === 0)
  const seconds = (tookMs / 1000).toFixed(1)
  const verdict = passed
    ? paint('green', `Done in ${seconds} s: all ${counted(runs.length, 'operation')} ended as expected.`)
    : paint('red', `Done in ${seconds} s, and not as expected: see ✖ above.`)
  return {
    passed,
    lines: [
      ...section('Outcome per provider', [outcomeTable(runs, events, { timeScale, paint })], paint),
      ...section('Nodes that did not succeed', failureList(withNodes, paint), paint),
      ...section('What was done to the requests on purpose', faultStory(faults, { ...findings, paint }), paint),
      ...section(
        'Checked',
        checks.flatMap((check) => checkLines(check, paint)),
        paint,
      ),
      '',
      verdict,
    ],
  }
}
