import type { Answer } from '../../../lib/provider-kit/api.ts'
import type { Dice } from '../dice.ts'
import type { Outage, Profile } from '../profile.ts'
import { json, type Reply } from './call.ts'

/**
 * What becomes of one call on its way. `arrives`: when the cloud gets it, ms from the sending; null for never.
 * `heard`: what the caller hears, null for the cloud's own answer; `waitMs`: when.
 */
export type Way = {
  arrives: number | null
  heard: Reply | Unheard | null
  waitMs: number
  /** The name of what goes wrong, if anything does. */
  fault?: string
  /** The credentials are refused. */
  unauthorized?: true
  /** The cloud acts on half of what is named. */
  half?: true
}

type Unheard = Exclude<Answer, { kind: 'response' }>

export type Family = 'huawei' | 'css' | 'ehpc'

/** The bounds of a call (lib/provider-kit/http.ts): a mutating one, and a read. */
const CALL_MS = 30_000
const READ_MS = 10_000
/** Nothing that was given up on is still taken up later than this. */
const LATE_MS = 15_000

const lost = (code: string, reason: string): Unheard => ({ kind: 'lost', code, reason })
const late = lost('ETIMEDOUT', 'no answer in time')
/** No whole answer, as lib/provider-kit/http.ts tells it: closed, too long for its length, too large. */
const reset = (dice: Dice): Unheard =>
  dice.pick([
    lost('ECONNRESET', 'the connection was reset'),
    lost('ERR_HTTP_CONTENT_LENGTH_MISMATCH', 'the body was cut'),
    lost('TooLarge', 'the answer is larger than 5242880 bytes'),
  ])
const notSent = (dice: Dice): Unheard => ({
  kind: 'not-sent',
  code: dice.pick(['ECONNREFUSED', 'ENOTFOUND', 'CERT_HAS_EXPIRED']),
  reason: 'no connection',
})
const html = (status: number): Reply => ({ status, text: '<html>' })
const redirect: Reply = { status: 302, text: '', headers: { location: 'http://e/' } }
const huaweiError = (status: number, code: string): Reply => json(status, { error: { code, message: 'something' } })
const tooMany = (wait: string | null): Reply => ({
  status: 429,
  text: '',
  ...(wait === null ? {} : { headers: { 'retry-after': wait } }),
})

/** Refusals that say: surely nothing was done, ask again. */
const throttled = (dice: Dice, family: Family): Reply => {
  const wait = dice.pick(['3', '0', '999999999', 'Mon, 05 Jan 2026 10:00:07 GMT', 'soon', null])
  if (family === 'ehpc') return dice.pick<Reply>([json(200, { ret_code: 5300, message: 'updating' }), tooMany(wait)])
  const flow = json(429, { error_code: 'APIGW.0308', error_msg: 'flow' })
  return dice.pick<Reply>([tooMany(wait), huaweiError(202, 'Common.0024'), flow])
}

export const unauthorized = (family: Family): Reply =>
  family === 'ehpc'
    ? json(200, { ret_code: 1200, message: 'signature' })
    : json(401, { error_code: 'APIGW.0301', error_msg: 'Incorrect IAM authentication information' })

/** Answers that leave open whether anything was done. */
const ambiguous = (dice: Dice, family: Family): Reply => {
  const status = dice.pick([500, 502, 503, 504])
  const own = {
    huawei: huaweiError(status, 'Common.0999'),
    css: json(400, { errCode: 'CSS.0036', externalMessage: 'Internal error' }),
    ehpc: json(200, { ret_code: 5100, message: 'timeout' }),
  }[family]
  const cut = { status: 200, text: '{"job_id": "ff80' }
  // A search cluster that restarts says so with an empty answer, too.
  const empty = family === 'css' ? own : { status: 200, text: '' }
  return dice.pick<Reply>([html(status), own, html(200), cut, empty])
}

type Draw = (dice: Dice, family: Family) => Way

/** Every way in which a mutating call can go wrong; names say what the cloud does, and what the caller hears. */
const CALL_FAULTS: Readonly<Record<string, Draw>> = {
  'nothing, closed': (dice) => ({ arrives: null, heard: reset(dice), waitMs: 50 }),
  'acts, closed': (dice) => ({ arrives: 20, heard: reset(dice), waitMs: 50 }),
  'nothing, timeout': () => ({ arrives: null, heard: late, waitMs: CALL_MS }),
  'acts, timeout': (dice) => ({ arrives: dice.below(CALL_MS), heard: late, waitMs: CALL_MS }),
  'acts late, closed': (dice) => ({ arrives: 50 + dice.below(LATE_MS), heard: reset(dice), waitMs: 50 }),
  'acts late, timeout': (dice) => ({ arrives: CALL_MS + dice.below(LATE_MS), heard: late, waitMs: CALL_MS }),
  'nothing, 5xx': (dice, family) => ({ arrives: null, heard: ambiguous(dice, family), waitMs: 80 }),
  'acts, 5xx': (dice, family) => ({ arrives: 20, heard: ambiguous(dice, family), waitMs: 80 }),
  'acts late, 5xx': (dice, family) => ({ arrives: dice.below(LATE_MS), heard: ambiguous(dice, family), waitMs: 80 }),
  'not sent': (dice) => ({ arrives: null, heard: notSent(dice), waitMs: 20 }),
  'too many': (dice, family) => ({ arrives: null, heard: throttled(dice, family), waitMs: 60 }),
  redirected: () => ({ arrives: null, heard: redirect, waitMs: 60 }),
  'acts, redirected': () => ({ arrives: 20, heard: redirect, waitMs: 60 }),
  'half acts, closed': (dice) => ({ arrives: 20, heard: reset(dice), waitMs: 50, half: true }),
  'half acts, 5xx': (dice, family) => ({ arrives: 20, heard: ambiguous(dice, family), waitMs: 80, half: true }),
  unauthorized: (_, family) => ({ arrives: null, heard: unauthorized(family), waitMs: 60, unauthorized: true }),
  'acts, slowly': (dice) => ({ arrives: dice.below(20_000), heard: null, waitMs: 25_000 }),
}

const READ_FAULTS: Readonly<Record<string, Draw>> = {
  'read closed': (dice) => ({ arrives: null, heard: reset(dice), waitMs: 50 }),
  'read timeout': () => ({ arrives: null, heard: late, waitMs: READ_MS }),
  'read 5xx': (dice, family) => ({ arrives: null, heard: ambiguous(dice, family), waitMs: 80 }),
  'read not sent': (dice) => ({ arrives: null, heard: notSent(dice), waitMs: 20 }),
  'read too many': (dice, family) => ({ arrives: null, heard: throttled(dice, family), waitMs: 60 }),
  'read unauthorized': (_, family) => ({ arrives: null, heard: unauthorized(family), waitMs: 60, unauthorized: true }),
  'read slowly': (dice) => ({ arrives: dice.below(8_000), heard: null, waitMs: 9_000 }),
}

export const callFaults: readonly string[] = Object.keys(CALL_FAULTS)
export const readFaults: readonly string[] = Object.keys(READ_FAULTS)

export const wayOf = (method: 'GET' | 'POST', family: Family, dice: Dice, profile: Profile): Way => {
  const [share, faults, names] =
    method === 'POST' ? [profile.callFault, CALL_FAULTS, callFaults] : [profile.readFault, READ_FAULTS, readFaults]
  const name = dice.chance(share) ? (names[dice.below(names.length)] ?? '') : ''
  const fault = profile.faults.has(name) ? faults[name] : undefined
  if (fault !== undefined) return { ...fault(dice, family), fault: name }
  const there = 10 + dice.below(40)
  return { arrives: there, heard: null, waitMs: there + 10 + dice.below(100) }
}

/** What becomes of a call to a provider that is down; undefined when it is not. */
export const wayDuring = (outage: Outage | undefined, method: 'GET' | 'POST', family: Family): Way | undefined => {
  if (outage === undefined) return undefined
  const fault = `provider down: ${outage.how}`
  if (outage.how === 'refuses') return { arrives: null, heard: tooMany('0'), waitMs: 60, fault }
  if (outage.how === 'unauthorized')
    return { arrives: null, heard: unauthorized(family), waitMs: 60, fault, unauthorized: true }
  return {
    arrives: outage.how === 'acts' ? 50 : null,
    heard: late,
    waitMs: method === 'POST' ? CALL_MS : READ_MS,
    fault,
  }
}

/** The way of a call that is not waited for any longer than this. */
export const within = (ms: number, way: Way): Way => (way.waitMs <= ms ? way : { ...way, heard: late, waitMs: ms })
