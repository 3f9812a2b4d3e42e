import type { Timing } from '../../lib/domain/manifest.ts'
import { nextPollAt } from '../../lib/domain/poll-time.ts'
import { providers } from '../../lib/providers/registry.ts'
import { logNormalOf, randomOf } from '../helpers/random.ts'
import { against, fixed, note, printTable, ratio } from './print.ts'
import { mean, quantile } from './statistics.ts'

const JOBS = 50_000
const NODES_PER_CALL = 1_000

/** When the next look is, ms after submission, given when the last one was. */
type Strategy = { name: string; next: (lastMs: number, looks: number) => number }

const ours = (timing: Timing): Strategy => ({ name: 'Drover', next: (lastMs) => nextPollAt(lastMs, 0, timing, 1_000) })
const every = (seconds: number): Strategy => ({
  name: `every ${seconds} s`,
  next: (lastMs) => lastMs + seconds * 1000,
})
const doubling: Strategy = {
  name: 'doubling, 10 to 60 s',
  next: (lastMs, looks) => lastMs + Math.min(60_000, 10_000 * 2 ** looks),
}

/** Delay and calls for jobs of these durations. No strategy learns anything but "not yet", so all jobs share its looks. */
const measure = ({ next }: Strategy, durations: readonly number[]) => {
  const looks: number[] = []
  const delays: number[] = []
  let polls = 0
  for (const duration of durations) {
    while ((looks.at(-1) ?? 0) < duration) looks.push(next(looks.at(-1) ?? 0, looks.length))
    const seen = looks.findIndex((at) => at >= duration)
    delays.push((looks[seen] ?? Number.NaN) - duration)
    polls += seen + 1
  }
  return { mean: mean(delays) / 1000, p99: quantile(delays, 0.99) / 1000, calls: 1 + polls / durations.length }
}

type Goal = { mean: number; p99: number; callsPerNode: number }

const report = (title: string, timing: Timing, [median, spread]: [number, number], seed: number, goal?: Goal) => {
  const random = randomOf(seed)
  const durations = Array.from({ length: JOBS }, logNormalOf(random, median, spread))
  const strategies = [ours(timing), every(5), every(60), doubling]
  const measured = strategies.map((strategy) => ({ name: strategy.name, ...measure(strategy, durations) }))
  const fiveSeconds = measured[1]
  const rows = measured.map(({ name, mean: delay, p99, calls }) => [
    name,
    fixed(delay, 2),
    fixed(p99, 1),
    fixed(calls, 2),
    fixed(calls / NODES_PER_CALL, 5),
    ratio(delay, fiveSeconds?.mean ?? Number.NaN),
    ratio(calls, fiveSeconds?.calls ?? Number.NaN),
  ])
  printTable(title, ['', 'mean delay s', 'p99 s', 'calls/job', 'calls/node', 'delay to 5 s', 'calls to 5 s'], rows)
  const [first] = measured
  if (goal === undefined || first === undefined) return
  const perNode = first.calls / NODES_PER_CALL
  printTable(
    'Goals',
    ['', 'Drover', 'goal'],
    [
      ['mean delay, s', ...against(fixed(first.mean, 2), `≤ ${goal.mean}`, first.mean <= goal.mean)],
      ['p99 delay, s', ...against(fixed(first.p99, 1), `≤ ${goal.p99}`, first.p99 <= goal.p99)],
      ['calls/node', ...against(fixed(perNode, 5), `≤ ${goal.callsPerNode}`, perNode <= goal.callsPerNode)],
    ],
  )
}

const timingOf = (provider: 'otc-ecs' | 'huaweicloud-bms'): Timing => {
  const restart = providers[provider].manifest.actions.restart
  if (restart === undefined) throw new Error(`${provider} does not restart`)
  return restart.timing
}

/** Figure 1: how late the end of a job is seen, and what the looking costs. */
export const polling = (): void => {
  const ecs = { mean: 1.6, p99: 6, callsPerNode: 0.0075 }
  report('1a. Detection, ECS-like jobs (median 30 s, σ 0.35)', timingOf('otc-ecs'), [30_000, 0.35], 1, ecs)
  report('1b. Detection, BMS-like jobs (median 300 s, σ 0.5)', timingOf('huaweicloud-bms'), [300_000, 0.5], 2)
  note(`${JOBS} jobs of ${NODES_PER_CALL} nodes each; a call is the submit or a poll.`)
}
