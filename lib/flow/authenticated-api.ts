import { CREDENTIAL_REFUSED } from '../domain/breaker.ts'
import type { Clock } from '../domain/ports.ts'
import type { Answer, Api, ApiRequest } from '../provider-kit/api.ts'
import { clockDriftMs } from '../provider-kit/clock-drift.ts'
import type { Credentials } from '../provider-kit/credentials.ts'
import type { Provider, SignatureRefusal } from '../provider-kit/provider.ts'
import type { Breakers, Entry } from './breakers.ts'
import { heldBack, noWord, type Word, wordOf } from './credential-word.ts'

export type AuthenticatedDeps = {
  keys: Credentials
  /** Those that are stored by now, after these were refused. Throws when they cannot be read or used. */
  reread: (refused: Credentials) => Promise<Credentials>
  /** The API with these credentials, signing by a clock that is so far ahead, bound to so long for a request, ms. */
  connect: (keys: Credentials, skewMs: number, withinMs: number | undefined) => Api
  refusal: Provider['refusal']
  /** The name of their breaker. */
  nameOf: (keys: Credentials) => string
  breakers: Breakers
  /** What the process has learned of the clock of this endpoint. */
  skew: { ms: number }
  clock: Clock
  /** The longest that a mutating call may take, all that happens to it included, ms. */
  callMs: number
  /** The provider refused the credential, and there is no other. */
  onRefused: () => void
}

/** Of a call's time, what may be waited before it is sent, and what must be left to send it once more. */
const MOST_WAIT_SHARE = 0.1
const LEAST_LEFT_SHARE = 0.5

type Pass = Extract<Entry, { kind: 'pass' }>
/** `driftMs`: how far the provider's clock is ahead of the one that a refused request was signed by. */
type Attempt = {
  answer: Answer
  refusal: SignatureRefusal | undefined
  word: Word
  skewMs: number
  driftMs: number
}

/**
 * A provider's API that takes care of its credential. A refused signature proves that nothing was done, so the request may
 * be sent once more: by the provider's clock, if that is another one, and with other credentials, if there are any. If
 * neither helps the credential's breaker opens, and until a probe closes it nothing is signed with it.
 */
export const authenticatedApi = (deps: AuthenticatedDeps): Api => {
  const { reread, connect, refusal: refusalOf, nameOf, breakers, skew, clock, callMs, onRefused } = deps
  let current = deps.keys

  /** What is stored, if that is something else. */
  const otherThan = async (keys: Credentials): Promise<Credentials | undefined> => {
    const found = await reread(keys).catch(() => undefined)
    if (found === undefined || nameOf(found) === nameOf(keys)) return undefined
    current = found
    return found
  }

  /** A credential that was refused may have been changed since: before it is given up, or tried, that is looked up. */
  const enter = async (keys: Credentials): Promise<{ entry: Entry; keys: Credentials }> => {
    const entry = await breakers.enter(nameOf(keys))
    const isRefused = entry.kind === 'blocked' ? entry.isNews : entry.isProbe
    const other = isRefused ? await otherThan(keys) : undefined
    if (other === undefined) return { entry, keys }
    if (entry.kind === 'pass') await entry.leave(noWord)
    return { entry: await breakers.enter(nameOf(other)), keys: other }
  }

  const attempt = async (keys: Credentials, request: ApiRequest, begunAt: number): Promise<Attempt> => {
    const skewMs = skew.ms
    const sentAt = clock.now()
    const withinMs = request.method === 'POST' ? begunAt + callMs - sentAt : undefined
    const answer = await connect(keys, skewMs, withinMs).send(request)
    const refusal = answer.kind === 'response' ? refusalOf(answer) : undefined
    const driftMs =
      answer.kind === 'response' && refusal !== undefined
        ? clockDriftMs(answer.headers, sentAt + skewMs, clock.now() + skewMs)
        : 0
    return { answer, refusal, word: wordOf(answer, refusal), skewMs, driftMs }
  }

  const through = async (pass: Pass, keys: Credentials, request: ApiRequest, begunAt: number): Promise<Answer> => {
    const first = await attempt(keys, request, begunAt)
    if (first.refusal === undefined) return heard(pass, first)
    const other = first.refusal.cause === 'credential' ? await otherThan(keys) : undefined
    const learned = first.driftMs === 0 ? undefined : first.skewMs + first.driftMs
    if (learned === undefined && other === undefined) return heard(pass, first)

    if (learned !== undefined) skew.ms = learned
    // With the wrong time, nothing was said of the key.
    if (other !== undefined) await pass.leave(learned === undefined ? first.word : noWord)
    const next = other === undefined ? pass : await breakers.enter(nameOf(other)).catch(unknown)
    if (next.kind === 'blocked') return first.answer
    if (next.kind !== 'pass') return next
    if (clock.now() - begunAt > callMs * (1 - LEAST_LEFT_SHARE)) {
      await next.leave(heldBack)
      const { code, reason } = first.refusal
      return { kind: 'not-sent', code, reason: `refused, to be signed and sent anew: ${reason}` }
    }
    try {
      const second = await attempt(other ?? keys, request, begunAt)
      // Who told us the time did not take it either.
      if (second.refusal !== undefined && skew.ms === learned) skew.ms = first.skewMs
      return await heard(next, second)
    } finally {
      await next.leave(noWord)
    }
  }

  /** The last answer to a request. */
  const heard = async (pass: Pass, last: Attempt): Promise<Answer> => {
    if (last.word.kind === 'refused') onRefused()
    await pass.leave(last.word)
    return last.answer
  }

  return {
    now: clock.now,
    send: async (request) => {
      const begunAt = clock.now()
      const entered = await enter(current).catch(unknown)
      if ('kind' in entered) return entered
      const { entry, keys } = entered
      if (entry.kind === 'blocked') return blocked(entry)
      try {
        // A claim does not wait: who was kept waiting is not sent, and comes back.
        if (request.method === 'POST' && clock.now() - begunAt > callMs * MOST_WAIT_SHARE) {
          await entry.leave(heldBack)
          return late
        }
        return await through(entry, keys, request, begunAt)
      } finally {
        await entry.leave(noWord)
      }
    },
  }
}

const blocked = ({ reason, waitMs, isFinal }: Extract<Entry, { kind: 'blocked' }>): Answer => ({
  kind: 'not-sent',
  code: CREDENTIAL_REFUSED,
  reason,
  waitMs,
  isFinal,
})

const unknown = (error: unknown): Answer => ({
  kind: 'not-sent',
  code: 'CredentialUnknown',
  reason: error instanceof Error ? error.message : 'no ledger',
})

const late: Answer = { kind: 'not-sent', code: 'Late', reason: 'another request with this credential took too long' }
