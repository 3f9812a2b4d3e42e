import type { Answer, ApiRequest } from '../../../lib/provider-kit/api.ts'
import type { Dice } from '../dice.ts'
import type { Profile } from '../profile.ts'
import { json, type Reply } from './call.ts'

/**
 * What becomes of one call on its way. `arrives`: when the cloud gets it, ms from the sending; null for never.
 * `heard`: what the caller hears, null for the cloud's own answer; `waitMs`: when.
 */
export type Way = { arrives: number | null; heard: Reply | Exclude<Answer, { kind: 'response' }> | null; waitMs: number }

export type Family = 'huawei' | 'css' | 'ehpc'

/** The bounds of a call (lib/provider-kit/http.ts): a mutating one, and a read. */
const CALL_MS = 30_000
const READ_MS = 10_000
/** Nothing that was given up on is still taken up later than this. */
const LATE_MS = 15_000

const lost = { kind: 'lost', code: 'ECONNRESET', reason: 'the connection was reset' } as const
const late = { kind: 'lost', code: 'ETIMEDOUT', reason: 'no answer in time' } as const
const notSent = { kind: 'not-sent', code: 'ECONNREFUSED', reason: 'connection refused' } as const
const html = (status: number): Reply => ({ status, text: '<html>' })
const huaweiError = (status: number, code: string): Reply => json(status, { error: { code, message: 'something' } })

const RETRY_AFTER = [undefined, '3', '0', '999999999', 'Mon, 05 Jan 2026 10:00:07 GMT', 'soon'] as const

/** Refusals that say: surely nothing was done, ask again. */
const throttled = (dice: Dice, family: Family): Reply => {
  const wait = dice.pick(RETRY_AFTER)
  const busy: Reply = { status: 429, text: '', headers: wait === undefined ? {} : { 'retry-after': wait } }
  if (family === 'ehpc') return dice.pick<Reply>([json(200, { ret_code: 5300, message: 'updating' }), busy])
  return dice.pick<Reply>([busy, huaweiError(202, 'Common.0024'), json(429, { error_code: 'APIGW.0308', error_msg: 'flow' })])
}

/** Refusals of the credential. */
const unauthorized = (family: Family): Reply =>
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
  return dice.pick<Reply>([html(status), own, html(200)])
}

type Draw = (dice: Dice, family: Family) => Way

/** Every way in which a mutating call can go wrong (issue 3's table, row "provider"). */
const CALL_FAULTS: readonly Draw[] = [
  () => ({ arrives: null, heard: lost, waitMs: 50 }),
  () => ({ arrives: 20, heard: lost, waitMs: 50 }),
  () => ({ arrives: null, heard: late, waitMs: CALL_MS }),
  (dice) => ({ arrives: dice.below(CALL_MS), heard: late, waitMs: CALL_MS }),
  (dice) => ({ arrives: 50 + dice.below(LATE_MS), heard: lost, waitMs: 50 }),
  (dice) => ({ arrives: CALL_MS + dice.below(LATE_MS), heard: late, waitMs: CALL_MS }),
  (dice, family) => ({ arrives: null, heard: ambiguous(dice, family), waitMs: 80 }),
  (dice, family) => ({ arrives: 20, heard: ambiguous(dice, family), waitMs: 80 }),
  (dice, family) => ({ arrives: dice.below(LATE_MS), heard: ambiguous(dice, family), waitMs: 80 }),
  () => ({ arrives: null, heard: notSent, waitMs: 20 }),
  (dice, family) => ({ arrives: null, heard: throttled(dice, family), waitMs: 60 }),
  () => ({ arrives: null, heard: { status: 302, text: '', headers: { location: 'http://elsewhere/' } }, waitMs: 60 }),
  (_, family) => ({ arrives: null, heard: unauthorized(family), waitMs: 60 }),
  (dice) => ({ arrives: dice.below(20_000), heard: null, waitMs: 25_000 }),
]

const READ_FAULTS: readonly Draw[] = [
  () => ({ arrives: null, heard: lost, waitMs: 50 }),
  () => ({ arrives: null, heard: late, waitMs: READ_MS }),
  (dice, family) => ({ arrives: null, heard: ambiguous(dice, family), waitMs: 80 }),
  () => ({ arrives: null, heard: notSent, waitMs: 20 }),
  (dice, family) => ({ arrives: null, heard: throttled(dice, family), waitMs: 60 }),
  (_, family) => ({ arrives: null, heard: unauthorized(family), waitMs: 60 }),
  (dice) => ({ arrives: dice.below(8_000), heard: null, waitMs: 9_000 }),
]

/** The fault drawn, where this run has it; else none. */
const drawn = (faults: readonly Draw[], dice: Dice, kinds: number, family: Family): Way | undefined => {
  const index = dice.below(faults.length)
  return (kinds & (1 << index)) === 0 ? undefined : faults[index]?.(dice, family)
}

export const wayOf = ({ method }: ApiRequest, family: Family, dice: Dice, profile: Profile): Way => {
  const mutates = method === 'POST'
  const faulty = dice.chance(mutates ? profile.callFault : profile.readFault)
  const fault = faulty
    ? drawn(mutates ? CALL_FAULTS : READ_FAULTS, dice, mutates ? profile.faultKinds : profile.faultKinds >> 15, family)
    : undefined
  if (fault !== undefined) return fault
  const there = 10 + dice.below(40)
  return { arrives: there, heard: null, waitMs: there + 10 + dice.below(100) }
}
