import { T0 } from '../helpers/builders.ts'
import { createAskers } from './askers.ts'
import { type Clouds, createAsks } from './asks.ts'
import { createActs } from './cloud/acts.ts'
import { createHpcCloud } from './cloud/hpc.ts'
import { createSearchCloud } from './cloud/search.ts'
import { bms, createServerCloud, ecs } from './cloud/servers.ts'
import { createDice, type Dice } from './dice.ts'
import { withEntropyOf } from './entropy.ts'
import type { Fates, Kind, Trace } from './life.ts'
import { createPlatform } from './platform.ts'
import { drawProfile, type Profile } from './profile.ts'
import { createScheduler } from './scheduler.ts'
import { createTable } from './table.ts'
import { judge } from './verdict.ts'
import { createWatch, type Violation } from './watch.ts'

export type RunOptions = {
  seed: number
  operations: number
  /** Instead of what the seed draws. */
  profile?: Partial<Profile>
  fates?: Fates
  trace?: (line: string) => void
}

export type Run = {
  seed: number
  operations: number
  accepted: number
  nodes: number
  steps: number
  simulatedMs: number
  effects: Record<Kind, number>
  events: number
  statuses: Record<string, number>
  violations: readonly Violation[]
}

/** Whatever is open after so long will never end: the longest deadlines are an hour each. */
const PATIENCE_MS = 12 * 3_600_000

const faultyFates = (dice: Dice, profile: Profile): Fates => {
  const { ledgerFailure, slow } = profile
  return (kind) => {
    // A poller has hundreds of effects where the others have ten.
    const crash = kind === 'poller' ? profile.crash / 10 : profile.crash
    const drawn = dice.random()
    if (drawn < crash) return drawn < crash / 2 ? 'dies before' : 'dies after'
    if (drawn < crash + ledgerFailure) return drawn < crash + ledgerFailure / 2 ? 'fails before' : 'fails after'
    return drawn < crash + ledgerFailure + slow ? 'slow' : 'well'
  }
}

/** One run of the whole system: the same for the same seed and number of operations, to the last step. */
export const simulate = async (options: RunOptions): Promise<Run> => {
  const dice = createDice(options.seed)
  return withEntropyOf(dice.random, () => runWith(dice, options))
}

const runWith = async (dice: Dice, { seed, operations, ...options }: RunOptions): Promise<Run> => {

  const profile = { ...drawProfile(dice), ...options.profile }
  const scheduler = createScheduler(T0)
  const watch = createWatch()
  const { now } = scheduler
  const { trace: listen } = options
  const trace: Trace | undefined =
    listen && ((who, what, about) => listen(`+${((now() - T0) / 1000).toFixed(3)} ${who} ${what} ${about()}`))

  const table = createTable(watch, now, () => dice.random() * profile.indexLagMs)
  const acts = createActs(
    watch,
    {
      operation: table.operation,
      isAsked: ({ reason }, nodeId) => asks.of(reason)?.nodeIds.includes(nodeId) === true,
    },
    now,
  )
  const overLimit = (operationId: string | undefined, what: string) => watch.violate('S5', operationId ?? '', what)
  const cloudNeeds = { dice, profile, acts, now, overLimit }
  const clouds: Clouds = {
    'otc-ecs': createServerCloud(ecs, cloudNeeds),
    'huaweicloud-ecs': createServerCloud(ecs, cloudNeeds),
    'otc-bms': createServerCloud(bms, cloudNeeds),
    'huaweicloud-bms': createServerCloud(bms, cloudNeeds),
    'otc-css': createSearchCloud(cloudNeeds),
    'huaweicloud-css': createSearchCloud(cloudNeeds),
    'qingcloud-ehpc': createHpcCloud(cloudNeeds),
  }
  const asks = createAsks(dice, profile, clouds)
  const fates = options.fates ?? faultyFates(dice, profile)
  const platform = createPlatform({
    scheduler,
    dice,
    profile,
    table,
    watch,
    clouds: new Map(Object.entries(clouds)),
    fates,
    trace,
  })
  const askers = createAskers({ scheduler, dice, profile, platform, table, asks, watch })

  trace?.('seed', String(seed), () => JSON.stringify(profile))
  askers.begin(operations)
  await scheduler.run(
    () =>
      watch.violations.length > 0 || now() > T0 + PATIENCE_MS || (askers.isQuiet() && platform.isQuiet()),
  )
  ;(options as any).inspect?.(table)
  if (watch.violations.length === 0) judge({ table, watch, asks, acts, clouds })

  const accepted = [...table.operations.values()].filter(({ status }) => status !== 'PLANNING')
  return {
    seed,
    operations,
    accepted: accepted.length,
    nodes: accepted.reduce((sum, { counts }) => sum + counts.total, 0),
    steps: scheduler.steps(),
    simulatedMs: now() - T0,
    effects: platform.counts,
    events: watch.events.size,
    statuses: Object.fromEntries([...Map.groupBy(accepted, ({ status }) => status)].map(([status, all]) => [status, all.length])),
    violations: watch.violations,
  }
}
