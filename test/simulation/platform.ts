import { bury } from '../../functions/dead-letter/bury.ts'
import type { IngestDeps } from '../../functions/ingest/ingest.ts'
import { invoke } from '../../functions/invoker/invoke.ts'
import { workOn } from '../../functions/poller/work-on.ts'
import type { Log } from '../../lib/domain/log.ts'
import { paced, paceOf } from '../../lib/domain/pace.ts'
import { Unavailable } from '../../lib/domain/problem.ts'
import type { Clouds } from '../../lib/flow/clouds.ts'
import { countedApi } from '../../lib/flow/counted-api.ts'
import { limitedApi } from '../../lib/flow/limited-api.ts'
import { eachMessage } from '../../lib/lambda/each-message.ts'
import { findProvider, providers } from '../../lib/providers/registry.ts'
import { createSimulatedApi } from './cloud/api.ts'
import type { Acts } from './cloud/acts.ts'
import type { Cloud } from './cloud/call.ts'
import type { Family } from './cloud/wire.ts'
import { busOf } from './bus.ts'
import type { Dice } from './dice.ts'
import { createSimulatedLedger } from './ledger.ts'
import { createLife, type Fates, type Kind, type Life, type Trace } from './life.ts'
import type { Outage, Profile } from './profile.ts'
import { createQueues } from './queue.ts'
import { remediation } from './remediation.ts'
import type { Scheduler } from './scheduler.ts'
import type { Table } from './table.ts'
import type { Tally } from './tally.ts'
import type { Watch } from './watch.ts'

export type PlatformNeeds = {
  scheduler: Scheduler
  dice: Dice
  profile: Profile
  table: Table
  watch: Watch
  tally: Tally
  clouds: ReadonlyMap<string, Cloud>
  acts: Acts
  fates: Fates
  trace: Trace | undefined
  outageOf: (what: string) => Outage | undefined
}

/** As functions/wiring and infra/functions.ts have it. */
const CALL_MS = 30_000
const POLLER = { worksMs: 62_000, timeoutMs: 120_000, atOnce: 2, everyMs: 60_000, wakeRetryMs: 20_000 }
const INVOKER_TIMEOUT_MS = 60_000
const BURIAL_TIMEOUT_MS = 30_000

const pace = paceOf({ scale: 1 })
const manifests = new Map(Object.values(providers).map(({ manifest }) => [manifest.id, paced(manifest, { scale: 1 })]))

const familyOf = (provider: string): Family =>
  provider === 'qingcloud-ehpc' ? 'ehpc' : provider.endsWith('-css') ? 'css' : 'huawei'

export type Platform = ReturnType<typeof createPlatform>

/** The functions with everything that they work on, and what starts them: queues, the schedule, the bus. */
export const createPlatform = (needs: PlatformNeeds) => {
  const { scheduler, dice, profile, table, watch, clouds, acts, trace } = needs
  const { metrics } = needs.tally
  const counts: Record<Kind, number> = { ingest: 0, operations: 0, invoker: 0, poller: 0, 'dead-letter': 0 }
  let invocations = 0
  let pollers = 0
  let working = 0

  const lives = new Set<Life>()
  const lifeOf = (kind: Kind): Life => {
    const life = createLife(kind, `${kind}-${(invocations += 1)}`, {
      scheduler,
      counts,
      fates: needs.fates,
      latencyMs: () => 2 + dice.random() * 8,
      slowMs: () => dice.random() * 9_000,
      freezeMs: () => dice.random() * 58_000,
      isLost: () => dice.chance(0.5),
      onEnd: () => lives.delete(life),
      trace,
    })
    lives.add(life)
    return life
  }

  const logOf = (life: Life): Log => {
    const entry = (message: string, fields: Record<string, unknown> = {}) =>
      trace?.(life.name, `log: ${message}`, () =>
        JSON.stringify(fields, (_, v: unknown) => (v instanceof Error ? v.stack : v)),
      )
    return { debug: entry, info: entry, warn: entry, error: entry }
  }

  /** What a function of this life works with. */
  const depsOf = (life: Life) => {
    const ledger = createSimulatedLedger(table, life)
    const { clock } = life
    const log = logOf(life)
    const cloudsOf: Clouds = {
      pace,
      manifests: () => [...manifests.values()],
      find: (id) => {
        const provider = findProvider(id)
        const manifest = manifests.get(id)
        return provider && manifest && { provider, manifest }
      },
      api: async (work) => {
        const { provider, target } = work
        const cloud = clouds.get(provider)
        const manifest = manifests.get(provider)
        const adapter = findProvider(provider)
        if (cloud === undefined || manifest === undefined || adapter === undefined)
          throw new RangeError(`no provider ${provider}`)
        if (dice.chance(profile.credentialFailure)) throw new Unavailable('no credentials')
        // What is called for a batch says so, as a whole batch is what is handed in.
        const operationId = 'operationId' in work ? String(work.operationId) : undefined
        const caller = { operationId, account: target['account'] ?? 'default' }
        const api = createSimulatedApi(cloud, familyOf(provider), caller, life, {
          scheduler,
          dice,
          profile,
          acts,
          outage: () => needs.outageOf(provider),
        })
        return limitedApi(countedApi(api, adapter, metrics), manifest, target, { ledger, clock, callMs: CALL_MS })
      },
    }
    return {
      ledger,
      clock,
      log,
      metrics,
      pace,
      callMs: CALL_MS,
      clouds: cloudsOf,
      bus: busOf(life, busNeeds),
      dispatcher: queues.dispatcherOf(life),
      rules: remediation,
    }
  }

  const startPoller = (): boolean => {
    if (pollers >= POLLER.atOnce) return false
    pollers += 1
    const life = lifeOf('poller')
    const ended = () => void (pollers -= 1)
    const work = () => workOn(life.name, scheduler.now() + POLLER.worksMs, depsOf(life))
    life.run(work, POLLER.timeoutMs, { done: ended, failed: ended, died: ended })
    return true
  }
  /** An event that finds all pollers at work waits for a while. */
  const wakePoller = () =>
    scheduler.after(dice.between(20, 500), () => startPoller() || scheduler.after(POLLER.wakeRetryMs, startPoller))
  const busNeeds = { dice, profile, watch, wakePoller }

  const queues = createQueues({
    scheduler,
    dice,
    profile,
    invoke: (_, event, ended) => {
      const life = lifeOf('invoker')
      const deps = depsOf(life)
      const none = () => ended(null)
      life.run(() => eachMessage(event, deps, (message) => invoke(message, deps)), INVOKER_TIMEOUT_MS, {
        done: ended,
        failed: none,
        died: none,
      })
    },
    bury: (_, event, ended) => {
      const life = lifeOf('dead-letter')
      const none = () => ended(null)
      life.run(() => bury(event, depsOf(life)), BURIAL_TIMEOUT_MS, { done: ended, failed: none, died: none })
    },
  })

  const tick = (): void => {
    if (needs.outageOf('schedule') === undefined) startPoller()
    scheduler.after(POLLER.everyMs, tick)
  }
  scheduler.after(dice.below(POLLER.everyMs), tick)

  return {
    counts,
    /** Runs a function that somebody outside calls; `ended` is told its result or error, or null when it died. */
    call: <T>(
      kind: 'ingest' | 'operations',
      work: (deps: IngestDeps) => Promise<T>,
      ended: (end: { result: T } | { error: unknown } | null) => void,
    ): void => {
      working += 1
      const life = lifeOf(kind)
      const deps = depsOf(life)
      const over = (end: { result: T } | { error: unknown } | null) => {
        working -= 1
        ended(end)
      }
      life.run(() => work(deps), 29_000, {
        done: (result) => over({ result }),
        failed: (error) => over({ error }),
        died: () => over(null),
      })
    },
    killAll: (): void => {
      for (const life of lives) life.die()
    },
    /** Whether nothing is under way and the ledger asks for nothing. */
    isQuiet: () => working === 0 && table.index.isQuiet() && queues.isQuiet(),
  }
}
