import { admit, type Admission, type Breaker, closedBreaker, openedBy } from '../domain/breaker.ts'
import type { Pace } from '../domain/pace.ts'
import type { Clock, Ledger } from '../domain/ports.ts'
import type { Word } from './credential-word.ts'

export type BreakersDeps = { ledger: Ledger; clock: Clock; pace: Pace }

/**
 * Whether a request may be signed with a credential. Who passes must say what came of it, once; what is said later is not
 * heard. `isNews`: the ledger says so, and not what was remembered of it.
 */
export type Entry =
  | { kind: 'pass'; isProbe: boolean; leave: (word: Word) => Promise<void> }
  | (Extract<Admission, { kind: 'blocked' }> & { isNews: boolean })

export type Breakers = { enter: (name: string) => Promise<Entry> }

/**
 * A credential that was accepted here so lately is not asked about: our own answers are better knowledge than the ledger's.
 * More than a minute, in which a provider's limit lets the next batch through.
 */
const ACCEPTED_MS = 90_000
/** What the ledger said is remembered for so long, so that blocked requests do not ask it one by one. */
const HEARD_MS = 5_000

/**
 * The breakers as one process knows them. Of several requests with a credential of which nothing is known, the first goes
 * alone and the others wait for what it comes to, or for the next one if it was held back: a process has at most one signature
 * refused before it knows. Where nothing comes of the first, all go: a cloud that does not answer must not make them queue up.
 */
export const createBreakers = ({ ledger, clock, pace }: BreakersDeps): Breakers => {
  const known = new Map<string, { breaker: Breaker; until: number }>()
  const ahead = new Map<string, Promise<void>>()
  const remember = (name: string, breaker: Breaker, forMs: number): void =>
    void known.set(name, { breaker, until: clock.now() + forMs })

  /** Never costs an answer: what cannot be written now is written by the next refusal, or the next probe. */
  const write = (name: string, change: (breaker: Breaker) => Breaker): Promise<void> =>
    ledger
      .updateBreaker(name, (before) => ({ breaker: change(before), result: undefined }), clock.now())
      .catch(() => undefined)

  const passing = (name: string, isProbe: boolean, end: () => void = () => {}): Entry => {
    let hasLeft = false
    const hear = async (word: Word): Promise<void> => {
      const it = known.get(name)
      const isOpen = it?.breaker.state === 'open'
      if (word.kind === 'accepted' && (isProbe || !isOpen)) {
        remember(name, closedBreaker, ACCEPTED_MS)
        if (isProbe) await write(name, () => closedBreaker)
      } else if (word.kind === 'refused' && !isProbe) {
        const now = clock.now()
        remember(name, openedBy(closedBreaker, word, now, pace), pace(HEARD_MS))
        await write(name, (before) => openedBy(before, word, now, pace))
      } else if (word.kind === 'nothing' && (it?.until ?? 0) <= clock.now() && !isProbe) {
        remember(name, closedBreaker, pace(HEARD_MS))
      }
    }
    const leave = async (word: Word): Promise<void> => {
      if (hasLeft) return
      hasLeft = true
      await hear(word)
      end()
    }
    return { kind: 'pass', isProbe, leave }
  }

  /** Asks the ledger, for everybody who comes meanwhile. */
  const lead = async (name: string): Promise<Entry> => {
    const { promise, resolve } = Promise.withResolvers<void>()
    ahead.set(name, promise)
    const end = (): void => {
      ahead.delete(name)
      resolve()
    }
    try {
      const now = clock.now()
      const { admission, breaker } = await ledger.updateBreaker(
        name,
        (before) => {
          const decided = admit(before, now, pace)
          const after = decided.kind === 'probe' ? decided.breaker : before
          return { breaker: after, result: { admission: decided, breaker: after } }
        },
        now,
      )
      if (admission.kind === 'go') {
        known.delete(name)
        return passing(name, false, end)
      }
      remember(name, breaker, pace(HEARD_MS))
      end()
      return admission.kind === 'probe' ? passing(name, true) : { ...admission, isNews: true }
    } catch (error) {
      end()
      throw error
    }
  }

  const enter = async (name: string): Promise<Entry> => {
    const it = known.get(name)
    const now = clock.now()
    const admission = it !== undefined && now < it.until ? admit(it.breaker, now, pace) : undefined
    if (admission?.kind === 'go') return passing(name, false)
    if (admission?.kind === 'blocked') return { ...admission, isNews: false }
    const first = ahead.get(name)
    if (first === undefined) return lead(name)
    await first
    return enter(name)
  }

  return { enter }
}
