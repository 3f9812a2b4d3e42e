import type { Clock } from '../../lib/domain/ports.ts'
import type { Scheduler } from './scheduler.ts'

export type Kind = 'ingest' | 'operations' | 'invoker' | 'poller' | 'dead-letter'

/**
 * What becomes of one effect and of the process that wants it. slow: it takes effect late; freezes: the process stands
 * still after it for up to a minute; fails: the caller is told of an error.
 */
export type Fate = 'well' | 'slow' | 'freezes' | 'dies before' | 'dies after' | 'fails before' | 'fails after'

/** Decides on the `index`-th effect (from 0) of all invocations of one kind. */
export type Fates = (kind: Kind, index: number, name: string) => Fate

/** A line of a run's trace; `about` names what the effect was about and is only asked for when somebody listens. */
export type Trace = (who: string, what: string, about: () => string) => void

/** A service that the platform offers could not be reached, or did not say what came of the call. */
export class ServiceDown extends Error {
  override readonly name = 'ServiceDown'
}

export type EffectOptions = {
  /** Time until it takes effect, and until the caller hears of it, ms. */
  there?: number
  back?: number
  canFail?: boolean
  about?: () => string
}

export type Life = ReturnType<typeof createLife>

export type LifeNeeds = {
  scheduler: Scheduler
  fates: Fates
  /** Effects so far of every kind: where a crash can be put. */
  counts: Record<Kind, number>
  latencyMs: () => number
  slowMs: () => number
  freezeMs: () => number
  isLost: () => boolean
  onEnd: () => void
  /** Is told what the invocation failed with. */
  onFailure: (error: unknown) => void
  trace: Trace | undefined
}

const nothing = () => ''
/** It takes effect or fails, and nobody hears of it. */
const unheard = (perform: () => unknown): void => {
  try {
    perform()
  } catch (error) {
    if (!(error instanceof ServiceDown)) throw error
  }
}

/** Nobody goes on with the code of a process that has died. */
const never = <T>(): Promise<T> => new Promise(() => {})

/**
 * One invocation of a function. Its every effect takes time, and it can die at each of them: before it took effect, or
 * after it did and before the function heard of it. From then on none of its code runs.
 */
export const createLife = (kind: Kind, name: string, needs: LifeNeeds) => {
  const { scheduler, fates, counts, trace } = needs
  let alive = true
  let ended = false
  let failures = 0
  let until = Number.POSITIVE_INFINITY
  let onDeath = () => {}

  const die = (): void => {
    if (!alive || ended) return
    alive = false
    trace?.(name, 'dies', nothing)
    needs.onEnd()
    onDeath()
  }

  /** The caller is told of an error, whatever the effect came to. */
  const failure = (what: string): ServiceDown => {
    failures += 1
    return new ServiceDown(what)
  }

  const effect = <T>(what: string, perform: () => T, options: EffectOptions = {}): Promise<T> => {
    if (!alive) return never()
    const { there = needs.latencyMs(), back = 0, canFail = false, about = nothing } = options
    const fate = fates(kind, counts[kind], what)
    counts[kind] += 1
    return new Promise((resolve, reject) => {
      scheduler.after(fate === 'slow' ? there + needs.slowMs() : there, () => {
        // It had left before the process died: then it arrives, or it does not.
        if (!alive) {
          if (!needs.isLost()) unheard(perform)
          return
        }
        trace?.(name, fate === 'well' ? what : `${what} [${fate}]`, about)
        if (fate === 'dies before') return die()
        if (fate === 'fails before' && canFail) return reject(failure(what))
        let result: T
        try {
          result = perform()
        } catch (error) {
          return reject(error instanceof Error ? error : new Error(what, { cause: error }))
        }
        if (fate === 'dies after') return die()
        if (fate === 'fails after' && canFail) return reject(failure(what))
        const heardIn = fate === 'freezes' ? back + needs.freezeMs() : back
        if (heardIn === 0) return resolve(result)
        scheduler.after(heardIn, () => {
          if (alive) resolve(result)
        })
      })
    })
  }

  const clock: Clock = {
    now: scheduler.now,
    sleep: (ms) => effect('sleep', nothing, { there: ms }).then(() => undefined),
  }

  return {
    kind,
    name,
    begunAt: scheduler.now(),
    clock,
    effect,
    die,
    /** How many of its effects were made to fail. */
    failures: () => failures,
    /** Until the platform ends it, ms. */
    remainingMs: () => until - scheduler.now(),
    /**
     * Runs the invocation's work; exactly one of the three is told how it ended. After `timeoutMs` the platform ends it.
     */
    run: <T>(
      work: () => Promise<T>,
      timeoutMs: number,
      end: { done: (result: T) => void; failed: (error: unknown) => void; died: () => void },
    ): void => {
      onDeath = end.died
      until = scheduler.now() + timeoutMs
      trace?.(name, 'begins', nothing)
      scheduler.after(timeoutMs, die)
      work().then(
        (result) => {
          if (!alive) return
          ended = true
          needs.onEnd()
          end.done(result)
        },
        (error: unknown) => {
          if (!alive) return
          ended = true
          needs.onEnd()
          trace?.(name, 'fails', () => String(error))
          needs.onFailure(error)
          end.failed(error)
        },
      )
    },
  }
}
