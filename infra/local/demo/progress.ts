import { noCounts } from '../../../lib/domain/outcome.ts'
import { judge } from './expectation.ts'
import { isAccepted, isEnded, isRefused, type Accepted, type Run } from './run.ts'
import { count, fit, type Paint } from './text.ts'

const BAR = 24
const NAME = 16
const PROVIDER = 16

const bar = (share: number, failed: boolean, paint: Paint): string => {
  const full = Math.floor(share * BAR)
  return `${paint(failed ? 'yellow' : 'green', '━'.repeat(full))}${paint('dim', '─'.repeat(BAR - full))}`
}

const waiting: Readonly<Record<string, string>> = {
  PLANNED: 'queued',
  QUEUED: 'waiting',
  SUBMITTING: 'sending',
  OUTCOME_UNKNOWN: 'answer lost',
}

/** What the batches are at, those that are not simply running or over: `2 waiting`. */
const notes = ({ view }: Accepted): string => {
  const states = (view?.batches ?? []).flatMap(({ state }) => waiting[state] ?? [])
  return [...Map.groupBy(states, (state) => state)].map(([state, { length }]) => `${length} ${state}`).join(', ')
}

const mark = (run: Run, paint: Paint): string => {
  if (!isRefused(run) && !isEnded(run)) return paint('cyan', '•')
  return judge(run).length === 0 ? paint('green', '✔') : paint('red', '✖')
}

const unwell = ['failed', 'skipped', 'unknown'] as const

/** One operation in one line: `• otc-ecs  web servers  ━━━━──  1,000/1,500  3 failed  2 waiting`. */
export const progressLine = (run: Run, paint: Paint): string => {
  const title = `${mark(run, paint)} ${fit(run.order.provider, PROVIDER)} ${fit(run.order.name, NAME)}`
  if (isRefused(run)) return `${title}  ${paint('red', `refused: ${run.refusal.join('; ')}`)}`

  const view = isAccepted(run) ? run.view : null
  const counts = view?.counts ?? { ...noCounts, total: run.order.nodeIds.length, pending: run.order.nodeIds.length }
  const done = counts.total - counts.pending - counts.running
  const bad = unwell.filter((outcome) => counts[outcome] > 0)
  const status = isEnded(run) ? paint(bad.length > 0 ? 'yellow' : 'green', run.view.status) : ''
  return [
    title,
    bar(counts.total === 0 ? 0 : done / counts.total, bad.length > 0, paint),
    `${count(done)}/${count(counts.total)}`.padStart(11),
    status,
    ...bad.map((outcome) => paint('red', `${count(counts[outcome])} ${outcome}`)),
    isAccepted(run) ? notes(run) : paint('dim', 'not sent yet'),
  ]
    .filter((part) => part !== '')
    .join('  ')
}
