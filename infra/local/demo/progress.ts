import { isAccepted, isEnded, type Run } from './run.ts'
import { judge } from './expectation.ts'
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
const notes = (run: Run): string => {
  if (!isAccepted(run) || run.view === null) return ''
  const states = run.view.batches.flatMap(({ state }) => waiting[state] ?? [])
  return [...Map.groupBy(states, (state) => state)].map(([state, { length }]) => `${length} ${state}`).join(', ')
}

const mark = (run: Run, paint: Paint): string => {
  if (isAccepted(run) && !isEnded(run)) return paint('cyan', '•')
  return judge(run).length === 0 ? paint('green', '✔') : paint('red', '✖')
}

/** One operation in one line: `• otc-ecs  web servers  ━━━━──  1,000/1,500  3 failed  2 waiting`. */
export const progressLine = (run: Run, paint: Paint): string => {
  const title = `${mark(run, paint)} ${fit(run.order.provider, PROVIDER)} ${fit(run.order.name, NAME)}`
  if (!isAccepted(run)) return `${title} ${paint('red', 'refused')}`
  if (run.view === null) return `${title} ${paint('dim', 'accepted')}`

  const { total, pending, running, failed, unknown, skipped } = run.view.counts
  const done = total - pending - running
  const unwell = failed + unknown + skipped
  const figures = `${count(done)}/${count(total)}`.padStart(11)
  const after = [unwell > 0 ? paint('red', `${count(unwell)} not well`) : '', notes(run)].filter((note) => note !== '')
  const status = isEnded(run) ? paint(unwell > 0 ? 'yellow' : 'green', run.view.status) : ''
  return [title, bar(total === 0 ? 0 : done / total, unwell > 0, paint), figures, status, ...after]
    .filter((part) => part !== '')
    .join('  ')
}
