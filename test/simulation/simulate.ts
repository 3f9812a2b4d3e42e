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
  /** Signatures that the clouds refused. */
  refusals: number
  steps: number
  simulatedMs: number
  /** How many effects the invocations of each function had. */
  effects: Record<Kind, number>
  /** How often each fault was made. */
  faults: ReadonlyMap<string, number>
  /** How often a node was to be acted on while another operation was not done with it. */
  overlaps: number
  violations: readonly Violation[]
}

/** Whatever is open after so long will never end: the longest deadlines are an hour each. */
const PATIENCE_MS = 12 * 3_600_000

/** Messages are put back when everything is long over. */
const REDRIVEN_AFTER_MS = 7 * 86_400_000

/** One run of the whole system: the same for the same options, to the last step. */
export const simulate = async (options: RunOptions): Promise<Run> => {
  const dice = createDice(options.seed)
  return withEntropyOf(dice.random, () => run(dice, options))
}

const run = async (dice: Dice, { seed, operations, profile, fates, only, trace }: RunOptions): Promise<Run> => {
  // From dice of its own: a new kind of fault does not make other worlds of all seeds.
  const troubles = profile ?? drawProfile(createDice(-seed))
  const world = createWorld({ dice, profile: troubles, fates, trace })
  const { scheduler, sinceStart, watch, table, platform, askers, faults, acts } = world

  trace?.(`seed ${seed}: ${JSON.stringify(troubles, (_, v: unknown) => (v instanceof Set ? [...v] : v))}`)
  askers.begin(operations, only)
  const untilQuiet = (): Promise<void> => {
    const begunAt = sinceStart()
    return scheduler.run(
      () =>
        watch.violations.length > 0 || sinceStart() - begunAt > PATIENCE_MS || (askers.isQuiet() && platform.isQuiet()),
    )
  }
  await untilQuiet()
  scheduler.skip(REDRIVEN_AFTER_MS)
  if (platform.redrive() > 0) await untilQuiet()
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
    refusals: world.gate.refusals(),
    steps: scheduler.steps(),
    simulatedMs: sinceStart(),
    effects: platform.counts,
    faults: faults.counts,
    overlaps: acts.overlaps(),
    violations: watch.violations,
  }
}
