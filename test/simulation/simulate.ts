import type { Clouds } from './asks.ts'
import { createDice, type Dice } from './dice.ts'
import { withEntropyOf } from './entropy.ts'
import type { Fates, Kind } from './life.ts'
import { drawProfile, type Profile } from './profile.ts'
import { judge } from './verdict.ts'
import type { Violation } from './watch.ts'
import { createWorld } from './world.ts'

export type RunOptions = {
  seed: number
  operations: number
  /** Instead of what the seed draws. */
  profile?: Profile
  fates?: Fates
  /** Requests over HTTP for this provider, and no others. */
  only?: keyof Clouds
  /** Is told every effect. */
  trace?: (line: string) => void
}

/** What came of one run. */
export type Run = {
  seed: number
  operations: number
  accepted: number
  nodes: number
  statuses: Record<string, number>
  events: number
  letters: number
  /** Facts that are in no metric, as somebody died before they were counted. */
  uncounted: number
  steps: number
  simulatedMs: number
  /** How many effects the invocations of each function had. */
  effects: Record<Kind, number>
  violations: readonly Violation[]
}

/** Whatever is open after so long will never end: the longest deadlines are an hour each. */
const PATIENCE_MS = 12 * 3_600_000

/** One run of the whole system: the same for the same options, to the last step. */
export const simulate = async (options: RunOptions): Promise<Run> => {
  const dice = createDice(options.seed)
  return withEntropyOf(dice.random, () => run(dice, options))
}

const run = async (dice: Dice, { seed, operations, profile, fates, only, trace }: RunOptions): Promise<Run> => {
  const drawn = drawProfile(dice)
  const world = createWorld({ dice, profile: profile ?? drawn, fates, trace })
  const { scheduler, sinceStart, watch, table, platform, askers } = world

  trace?.(`seed ${seed}: ${JSON.stringify(profile ?? drawn, (_, v: unknown) => (v instanceof Set ? [...v] : v))}`)
  askers.begin(operations, only)
  await scheduler.run(
    () => watch.violations.length > 0 || sinceStart() > PATIENCE_MS || (askers.isQuiet() && platform.isQuiet()),
  )
  if (watch.violations.length === 0) judge(world)
  const uncounted = watch.violations.length === 0 ? world.tally.judge() : 0

  const accepted = [...table.operations.values()].filter(({ status }) => status !== 'PLANNING')
  const byStatus = Map.groupBy(accepted, ({ status }) => status)
  return {
    seed,
    operations,
    accepted: accepted.length,
    nodes: accepted.reduce((sum, { counts }) => sum + counts.total, 0),
    statuses: Object.fromEntries([...byStatus].map(([status, all]) => [status, all.length])),
    events: watch.events.size,
    letters: table.letters.size,
    uncounted,
    steps: scheduler.steps(),
    simulatedMs: sinceStart(),
    effects: platform.counts,
    violations: watch.violations,
  }
}
