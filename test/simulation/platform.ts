import type { SQSBatchResponse } from 'aws-lambda'
import { createClouds } from '../../functions/wiring/create-clouds.ts'
import type { Refusal } from '../../lib/aws/refusal.ts'
import type { Log } from '../../lib/domain/log.ts'
import { paceOf } from '../../lib/domain/pace.ts'
import { Unavailable } from '../../lib/domain/problem.ts'
import type { Clouds } from '../../lib/flow/clouds.ts'
import { eachMessage } from '../../lib/lambda/each-message.ts'
import { createLog } from '../../lib/lambda/logger.ts'
import { calledBy, createSimulatedHttp, type HttpNeeds } from './cloud/http.ts'
import { credentialsOf } from './cloud/echo.ts'
import { busOf } from './bus.ts'
import type { Deps, Functions } from './functions.ts'
import { createSimulatedLedger } from './ledger.ts'
import { createLife, type Fates, type Kind, type Life, type Trace } from './life.ts'
import { overheard } from './mistakes.ts'
import { createQueues } from './queue.ts'
import { remediation } from './remediation.ts'
import type { Table } from './table.ts'
import type { Tally } from './tally.ts'
import type { Watch } from './watch.ts'

export type PlatformNeeds = HttpNeeds & {
  functions: Functions
  table: Table
  watch: Watch
  tally: Tally
  fates: Fates
  trace: Trace | undefined
}

/** As functions/wiring and infra/functions.ts have it. */
const CALL_MS = 30_000
const POLLER = { worksMs: 62_000, timeoutMs: 180_000, atOnce: 2, everyMs: 60_000, wakeRetryMs: 20_000 }
const INVOKER_TIMEOUT_MS = 60_000
const BURIAL_TIMEOUT_MS = 30_000

/** What the simulated queues and bus say of a call, of a message and of an event that they do not take. */
const REFUSED: ReadonlySet<string> = new Set(['ServiceDown', 'InternalError', 'InternalFailure'])

const settings = { scale: 1 }
const pace = paceOf(settings)

export type Platform = ReturnType<typeof createPlatform>

/** The functions with everything that they work on, and what starts them: queues, the schedule, the bus. */
export const createPlatform = (needs: PlatformNeeds) => {
  const { scheduler, dice, profile, faults, table, watch, functions, outageOf, trace } = needs
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
      onFailure: (error) => watch.thrown(life.name, error),
      trace,
    })
    lives.add(life)
    return life
  }

  /** The production log: whatever it writes is looked at, and shown to whoever follows the run. */
  const logOf = (life: Life): Log => {
    const log = createLog(life.kind, 'debug', (line) => {
      watch.leaves(life.name, 'a log', line)
      // Its time is the real one, and no part of the run.
      trace?.(life.name, 'log', () => line.replace(/"time":"[^"]*",/, ''))
      return true
    })
    const listening =
      (write: Log['error']): Log['error'] =>
      (message, fields = {}) => {
        if ('error' in fields) watch.thrown(life.name, fields['error'])
        write(message, fields)
      }
    return { ...log, warn: listening(log.warn), error: listening(log.error) }
  }

  /** What a function of this life works with: its wiring is that of functions/wiring, on simulated services. */
  const depsOf = (life: Life): Deps => {
    const ledger = createSimulatedLedger(table, life)
    const { clock } = life
    const log = logOf(life)
    const wired = createClouds({
      settings,
      ledger,
      clock,
      metrics,
      callMs: CALL_MS,
      http: createSimulatedHttp(life, needs),
      credentials: (provider, account, refused) => {
        if (!dice.chance(profile.credentialFailure))
          return Promise.resolve(credentialsOf(provider, account, needs.gate.key(refused)))
        faults('no credentials')
        return Promise.reject(new Unavailable('no credentials'))
      },
      onCredentialRefused: (provider, account) => log.error('credential refused', { provider, account }),
      endpointOf: () => undefined,
    })
    const clouds: Clouds = {
      ...wired,
      find: (id) => {
        const found = wired.find(id)
        return found && { ...found, provider: overheard(found.provider, (error) => watch.thrown(life.name, error)) }
      },
      api: async (work) => {
        // What is called for a batch says so, as a whole batch is what is handed in.
        const operationId = 'operationId' in work ? String(work.operationId) : undefined
        const { provider, target } = work
        return calledBy({ provider, operationId, account: target['account'] ?? 'default' }, await wired.api(work))
      },
    }
    const refused = (what: string) => (refusal: Refusal) => {
      // A mistake in what sends would pass for a refusal of everything.
      if (!REFUSED.has(refusal.code)) watch.violate('truth', life.name, `${what}: ${refusal.code}: ${refusal.reason}`)
      log.warn('not taken by the platform', { what, ...refusal })
      metrics.count('PlatformRefusals', refusal.count)
    }
    return {
      ledger,
      clock,
      log,
      metrics,
      pace,
      callMs: CALL_MS,
      clouds,
      bus: busOf(life, { ...busNeeds, onRefusal: refused('events') }),
      dispatcher: queues.dispatcherOf(life, refused('messages')),
      rules: remediation,
      life,
    }
  }

  const startPoller = (): boolean => {
    if (pollers >= POLLER.atOnce) return false
    pollers += 1
    const life = lifeOf('poller')
    const ended = () => void (pollers -= 1)
    const work = () => functions.poll(life.name, POLLER.worksMs, depsOf(life))
    life.run(work, POLLER.timeoutMs, { done: ended, failed: ended, died: ended })
    return true
  }
  /** An event that finds all pollers at work waits for a while. */
  const wakePoller = () =>
    scheduler.after(dice.between(20, 500), () => startPoller() || scheduler.after(POLLER.wakeRetryMs, startPoller))
  const busNeeds = { dice, profile, faults, watch, wakePoller }

  const queues = createQueues({
    scheduler,
    dice,
    profile,
    faults,
    invoke: (_, event, ended) => {
      const life = lifeOf('invoker')
      const deps = depsOf(life)
      const none = () => ended(null)
      life.run(() => eachMessage(event, deps, (message) => functions.invoke(message, deps)), INVOKER_TIMEOUT_MS, {
        done: ended,
        failed: none,
        died: none,
      })
    },
    bury: (_, event, ended) => {
      const life = lifeOf('dead-letter')
      const none = () => ended(null)
      const done = (response: SQSBatchResponse): void => {
        // What its one message failed with is not told.
        if (response.batchItemFailures.length > 0 && life.failures() === 0)
          watch.violate('truth', life.name, 'a letter was not kept, and nothing went wrong')
        ended(response)
      }
      life.run(() => functions.bury(event, depsOf(life)), BURIAL_TIMEOUT_MS, { done, failed: none, died: none })
    },
  })

  const tick = (): void => {
    if (outageOf('schedule') === undefined) startPoller()
    else faults('no schedule')
    scheduler.after(POLLER.everyMs, tick)
  }
  scheduler.after(dice.below(POLLER.everyMs), tick)

  return {
    counts,
    /** Runs a function that somebody outside calls; `ended` is told its result or error, or null when it died. */
    call: <T>(
      kind: 'ingest' | 'operations',
      work: (deps: Deps) => Promise<T>,
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
    /** What Lambda does with an event whose function has failed too often. */
    giveUp: (input: unknown, requestId: string): void =>
      queues.giveUp(
        JSON.stringify({
          version: '1.0',
          requestContext: {
            requestId,
            functionArn: 'arn:aws:lambda:eu-de:000000000000:function:ingest',
            condition: 'RetriesExhausted',
            approximateInvokeCount: 3,
          },
          requestPayload: input,
        }),
      ),
    killAll: (): void => {
      faults('all die')
      for (const life of lives) life.die()
    },
    /** Whether nothing is under way and the ledger asks for nothing. */
    redrive: queues.redrive,
    isQuiet: () => working === 0 && table.index.isQuiet() && queues.isQuiet(),
  }
}
