import { stripVTControlCharacters } from 'node:util'
import Table from 'cli-table3'
import type { EventView } from './client.ts'
import { completions, isAccepted, isEnded, type Accepted, type Run } from './run.ts'
import { clock, count, type Paint, type Style } from './text.ts'

const outcomes = ['succeeded', 'failed', 'skipped', 'unknown'] as const
type Outcome = (typeof outcomes)[number]

type Row = Record<Outcome, number> & {
  provider: string
  nodes: number
  batches: number
  jobs: number
  /** Real ms from the first operation's begin to the last one's end; null while one is open. */
  tookMs: number | null
  events: { seen: number; expected: number }
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0)

const tookMs = (runs: readonly Accepted[]): number | null => {
  const spans = runs.filter(isEnded).map(({ view }) => [Date.parse(view.createdAt), Date.parse(view.endedAt)] as const)
  if (runs.length === 0 || spans.length < runs.length) return null
  return Math.max(...spans.map(([, end]) => end)) - Math.min(...spans.map(([begin]) => begin))
}

/** What a provider's operations have come to. */
const rowOf = (provider: string, runs: readonly Run[], events: readonly EventView[]): Row => {
  const accepted = runs.filter(isAccepted)
  const views = accepted.flatMap(({ view }) => view ?? [])
  const batches = views.flatMap((view) => view.batches)
  const told = accepted.filter(isEnded).map((run) => completions(run, events))
  const of = (outcome: Outcome | 'total') => sum(views.map(({ counts }) => counts[outcome]))
  return {
    provider,
    nodes: of('total'),
    succeeded: of('succeeded'),
    failed: of('failed'),
    skipped: of('skipped'),
    unknown: of('unknown'),
    batches: batches.length,
    jobs: new Set(batches.flatMap(({ jobIds }) => jobIds)).size,
    tookMs: tookMs(accepted),
    events: { seen: sum(told.map(({ seen }) => seen)), expected: sum(told.map(({ expected }) => expected)) },
  }
}

const styles: Record<Outcome, Style> = { succeeded: 'green', failed: 'red', skipped: 'yellow', unknown: 'yellow' }

/** From so many columns on there is room for wider gaps. */
const WIDE = 92

/** No lines at all: columns are told apart by what is in them. */
const chars = Object.fromEntries(
  ['top', 'bottom', 'left', 'mid', 'right']
    .flatMap((side) => [side, `${side}-mid`, `${side}-left`, `${side}-right`])
    .concat('middle')
    .map((name) => [name, '']),
)

/**
 * How it ended, a line per provider.
 *
 * @param timeScale how many times faster than real time the stack ran: durations are those of the simulated clouds
 * @param width of the terminal, columns
 */
export const outcomeTable = (
  runs: readonly Run[],
  events: readonly EventView[],
  { timeScale, width, paint }: { timeScale: number; width: number; paint: Paint },
): string[] => {
  const gap = width < WIDE ? 1 : 2
  const byProvider = [...Map.groupBy(runs, ({ order }) => order.provider)]
  const rows = byProvider.map(([provider, its]) => rowOf(provider, its, events))
  const all = rowOf('all', runs, events)

  const cells = (row: Row): string[] => [
    row.provider,
    count(row.nodes),
    ...outcomes.map((outcome) =>
      row[outcome] === 0 ? paint('dim', '–') : paint(styles[outcome], count(row[outcome])),
    ),
    count(row.batches),
    count(row.jobs),
    row.tookMs === null ? 'open' : clock(row.tookMs * timeScale),
    `${row.events.seen}/${row.events.expected}`,
  ]
  const head = ['provider', 'nodes', ...outcomes, 'batches', 'jobs', 'took', 'events']
  const totals = rows.length > 1 ? [all] : []
  const table = new Table({
    chars,
    colAligns: head.map((_, column) => (column === 0 ? 'left' : 'right')),
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': gap },
  })
  table.push(
    head.map((title) => paint('bold', title)),
    ...[...rows, ...totals].map(cells),
  )

  const lines = table
    .toString()
    .split('\n')
    .map((line) => line.trimEnd())
  const rule = paint('dim', '─'.repeat(Math.max(...lines.map((line) => stripVTControlCharacters(line).length))))
  const [titles = '', ...body] = lines
  return [titles, rule, ...body.slice(0, rows.length), ...totals.map(() => rule), ...body.slice(rows.length)]
}
