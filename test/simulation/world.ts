import { T0 } from '../helpers/builders.ts'
import { createAskers } from './askers.ts'
import { type Clouds, createAsks } from './asks.ts'
import { createActs } from './cloud/acts.ts'
import { createHpcCloud } from './cloud/hpc.ts'
import { createSearchCloud } from './cloud/search.ts'
import { bms, createServerCloud, ecs } from './cloud/servers.ts'
import type { Dice } from './dice.ts'
import type { Fates, Trace } from './life.ts'
import { createPlatform } from './platform.ts'
import { outageOf, type Profile } from './profile.ts'
import { createScheduler } from './scheduler.ts'
import { createTable } from './table.ts'
import { createTally } from './tally.ts'
import { createWatch } from './watch.ts'

export type WorldNeeds = {
  dice: Dice
  profile: Profile
  /** What becomes of each effect, instead of what the profile says. */
  fates: Fates | undefined
  trace: ((line: string) => void) | undefined
}

const faultyFates = (dice: Dice, profile: Profile, isDown: (what: string) => boolean): Fates => {
  const { crash, freeze, ledgerFailure, slow } = profile
  return (kind) => {
    if (isDown('ledger')) return 'fails before'
    const often = kind === 'poller' ? 0.1 : 1
    // Where among the shares, laid end to end, the draw falls.
    let drawn = dice.random()
    const falls = (share: number): boolean => (drawn -= share) < 0
    if (falls((often * crash) / 2)) return 'dies before'
    if (falls((often * crash) / 2)) return 'dies after'
    if (falls(often * freeze)) return 'freezes'
    if (falls(ledgerFailure / 2)) return 'fails before'
    if (falls(ledgerFailure / 2)) return 'fails after'
    return falls(slow) ? 'slow' : 'well'
  }
}

/** Everything: the clouds, the platform with its functions, the people outside, and the one who watches. */
export const createWorld = ({ dice, profile, fates, trace: listen }: WorldNeeds) => {
  const scheduler = createScheduler(T0)
  const { now } = scheduler
  const sinceStart = () => now() - T0
  const watch = createWatch(now)
  const trace: Trace | undefined =
    listen && ((who, what, about) => listen(`+${(sinceStart() / 1000).toFixed(3)} ${who} ${what} ${about()}`))

  const table = createTable(watch, now, () => dice.random() * profile.indexLagMs)
  const tally = createTally(table, watch)
  const acts = createActs(
    watch,
    {
      operation: table.operation,
      isAsked: ({ reason }, nodeId) => asks.of(reason)?.nodeIds.includes(nodeId) === true,
    },
    now,
  )
  const cloudNeeds = { dice, profile, acts, now }
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
  const outage = (what: string) => outageOf(profile, what, sinceStart())
  const platform = createPlatform({
    scheduler,
    dice,
    profile,
    table,
    watch,
    tally,
    clouds: new Map(Object.entries(clouds)),
    acts,
    fates: fates ?? faultyFates(dice, profile, (what) => outage(what) !== undefined),
    trace,
    outageOf: outage,
  })
  for (const { what, from } of profile.outages) if (what === 'everybody') scheduler.after(from, platform.killAll)
  const askers = createAskers({ scheduler, dice, profile, platform, table, asks, watch })
  return { scheduler, sinceStart, watch, table, tally, acts, clouds, asks, platform, askers }
}
