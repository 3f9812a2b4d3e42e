import type { Line } from './meter.ts'
import { against, fixed, note, printTable } from './print.ts'
import { DOLLARS_PER_MILLION } from './prices.ts'
import { mean, quantile, sum } from './statistics.ts'
import { wholeRun } from './whole-run.ts'

const BATCHES = 10
const NODES = BATCHES * 1_000
const GOALS = { providerCalls: 0.0075, awsCalls: 0.04, dollars: 0.03 }

type Run = Awaited<ReturnType<typeof wholeRun>>

/** Items that keep two operations off one node: the goals leave them out, so they have lines of their own. */
const HOLDS = 'holds'

const dollarsOf = ({ units, unit }: Line): number => (units * DOLLARS_PER_MILLION[unit]) / NODES

const printCalls = (title: string, { lines }: Run): void => {
  const rows = lines
    .toSorted((a, b) => dollarsOf(b) - dollarsOf(a))
    .map((line) => [
      `${line.service} ${line.command} ${line.about}`.trim(),
      String(line.calls),
      fixed(line.calls / NODES, 5),
      `${fixed(line.units / BATCHES, 1)} ${line.unit}`,
      fixed(dollarsOf(line), 4),
    ])
  const all = ['all', String(sum(lines.map(({ calls }) => calls))), '', '', fixed(sum(lines.map(dollarsOf)), 4)]
  printTable(title, ['', 'calls', 'calls/node', 'units/batch', '$/million nodes'], [...rows, all])
}

const awsCallsOf = (lines: readonly Line[]): number =>
  sum(lines.filter(({ byLambda }) => !byLambda).map((line) => line.calls)) / NODES

const goalsOf = ({ lines, calls, refused, delays }: Run): [string, string][] => {
  const withoutHolds = lines.filter(({ about }) => about !== HOLDS)
  const awsCalls = awsCallsOf(withoutHolds)
  const dollars = sum(withoutHolds.map(dollarsOf))
  return [
    against(fixed(calls / NODES, 5), `≤ ${GOALS.providerCalls}`, calls / NODES <= GOALS.providerCalls),
    against(fixed(awsCalls, 4), `≤ ${GOALS.awsCalls}`, awsCalls <= GOALS.awsCalls),
    against(fixed(dollars, 4), `≤ ${GOALS.dollars}`, dollars <= GOALS.dollars),
    [fixed(awsCallsOf(lines), 4), ''],
    [fixed(sum(lines.map(dollarsOf)), 4), ''],
    against(String(refused), '0', refused === 0),
    [fixed(mean(delays) / 1000, 2), ''],
    [fixed(quantile(delays, 1) / 1000, 2), ''],
  ]
}

const FIGURES = [
  'provider calls per node',
  'AWS calls per node, without holds',
  '$ per million nodes, without holds',
  'AWS calls per node, with holds',
  '$ per million nodes, with holds',
  '429s',
  'detection delay in the run, mean s',
  'detection delay in the run, worst s',
]

/** Figure 2: calls and cost of real runs: all batches at once, and one after the other, as the documented limit has it. */
export const costs = async (): Promise<void> => {
  const together = await wholeRun(NODES, NODES)
  const inTurn = await wholeRun(NODES, 1_000)
  printCalls(`2a. AWS calls of a restart of ${BATCHES} batches of 1,000 nodes, all at once`, together)
  printCalls('2b. The same in turn, as the cloud takes 1,000 nodes a minute', inTurn)
  const [first, second] = [goalsOf(together), goalsOf(inTurn)]
  const rows = FIGURES.map((name, i) => [name, first[i]?.[0] ?? '', second[i]?.[0] ?? '', first[i]?.[1] ?? ''])
  printTable('2c. Both', ['', 'at once', 'in turn', 'goal'], rows)
  note(
    `They took ${minutes(together)} and ${minutes(inTurn)} minutes of their own time.`,
    'Calls that Lambda makes by itself to read a queue are in the cost, and not in the calls per node.',
    `Prices, $ per million, us-east-1, on demand, November 2026, from memory: ${prices}.`,
  )
}

const minutes = ({ tookMs }: Run): string => fixed(tookMs / 60_000, 1)
const prices = Object.entries(DOLLARS_PER_MILLION)
  .map(([unit, dollars]) => `${unit} ${dollars}`)
  .join(', ')
