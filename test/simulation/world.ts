import { T0 } from '../helpers/builders.ts'
import { createAskers } from './askers.ts'
import { createAsks } from './asks.ts'
import { createActs } from './cloud/acts.ts'
import { createClouds } from './cloud/clouds.ts'
import { createGate } from './cloud/gate.ts'
import { howOf } from './cloud/how.ts'
import type { HttpNeeds } from './cloud/http.ts'
import type { Dice } from './dice.ts'
import { fatesOf } from './fates.ts'
import { createFaults } from './faults.ts'
import { drover, type Functions } from './functions.ts'
import type { Fates, Trace } from './life.ts'
import { createPlatform } from './platform.ts'
import { outageOf, type Profile } from './profile.ts'
import { createScheduler } from './scheduler.ts'
import { createTable } from './table.ts'
import { createTally } from './tally.ts'
import { createWatch, latenessOf } from './watch.ts'

export type WorldNeeds = {
  dice: Dice
  profile: Profile
  /** What becomes of each effect, instead of what the profile says. */
  fates: Fates | undefined
  trace: ((line: string) => void) | undefined
  /** Other functions than the production ones. */
  functions?: Functions
  /** Dice of their own for who asks for what, and for what becomes of a mutating call. */
  askDice?: Dice
  wayDice?: HttpNeeds['wayDice']
}

export type World = ReturnType<typeof createWorld>

/** Everything: the clouds, the platform with its functions, the people outside, and the one who watches. */
export const createWorld = (needs: WorldNeeds) => {
  const { dice, profile, trace: listen, askDice = dice } = needs
  const scheduler = createScheduler(T0)
  const { now } = scheduler
  const sinceStart = () => now() - T0
  const watch = createWatch(now, latenessOf(profile))
  const faults = createFaults()
  const trace: Trace | undefined =
    listen && ((who, what, about) => listen(`+${(sinceStart() / 1000).toFixed(3)} ${who} ${what} ${about()}`))

  const table = createTable(watch, now, () => dice.random() * profile.indexLagMs)
  const tally = createTally(table, watch)
  const acts = createActs(
    watch,
    {
      operation: table.operation,
      isAsked: ({ reason }, nodeId) => asks.of(reason)?.nodeIds.includes(nodeId) === true,
      // An alarm's request is its rule's, which has no options.
      how: ({ reason, provider, action, trigger }) =>
        howOf(provider, action, trigger === 'alarm' ? {} : (asks.of(reason)?.options ?? {})),
      isOpen: (operationId, nodeId) => table.isOpen(operationId, nodeId),
    },
    now,
  )
  const gate = createGate({ dice, profile, faults, watch, now, sinceStart })
  const clouds = createClouds({ dice, profile, acts, now })
  const asks = createAsks(askDice, profile, clouds)
  const outage = (what: string) => outageOf(profile, what, sinceStart())
  const platform = createPlatform({
    scheduler,
    dice,
    wayDice: needs.wayDice ?? (() => dice),
    profile,
    faults,
    functions: needs.functions ?? drover,
    table,
    watch,
    tally,
    clouds: new Map(Object.entries(clouds)),
    acts,
    gate,
    fates: needs.fates ?? fatesOf(dice, profile, (what) => outage(what) !== undefined, faults),
    trace,
    outageOf: outage,
  })
  for (const { what, from } of profile.outages) if (what === 'everybody') scheduler.after(from, platform.killAll)
  const askers = createAskers({ scheduler, dice, profile, platform, table, asks, watch, faults })
  return { profile, scheduler, sinceStart, watch, faults, table, tally, acts, gate, clouds, asks, platform, askers }
}
