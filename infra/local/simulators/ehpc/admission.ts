import type { EhpcCredentials, EhpcOddities } from './options.ts'
import { badValue, expired, malformed, overQuota, unauthorised } from './refusal.ts'
import { ehpcSignatureHolds } from './signature.ts'
import type { EhpcTarget } from './signature.ts'
import type { EhpcState } from './state.ts'
import type { RawRequest, SimClock } from '../simulator.ts'

const maxAgeMs = 60_000
const quotaWindowMs = 3_600_000

const fixedParams = { version: '1', signature_method: 'HmacSHA256', signature_version: '1' }

/** Milliseconds of a `YYYY-MM-DDTHH:MM:SSZ` text, or undefined. */
export const readEhpcTime = (text: string): number | undefined => {
  const time = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/u.test(text) ? Date.parse(text) : Number.NaN
  return Number.isNaN(time) ? undefined : time
}

const only = ({ query }: EhpcTarget, name: string): string => {
  const [value, ...others] = query.filter(([key]) => key === name).map(([, given]) => given)
  if (value === undefined || value === '') throw malformed(`parameter [${name}] is missing`)
  if (others.length > 0) throw malformed(`parameter [${name}] is given more than once`)
  return value
}

const countCall = (state: EhpcState, quota: number, { now, scale }: { now: number; scale: number }): void => {
  const since = now - quotaWindowMs / scale
  state.calls = state.calls.filter((at) => at > since)
  if (state.calls.length >= quota) throw overQuota(`API requests are limited to ${quota} in 3600 seconds`)
  state.calls.push(now)
}

/**
 * The checks before the action is looked at, in the order of qingcloud-ehpc.md section 7 item 1: parameters 1100,
 * key and signature 1200, age 1300, quota 2500. Throws EhpcRefusal.
 */
export const admitEhpcCall = (
  request: RawRequest,
  target: EhpcTarget,
  known: { state: EhpcState; credentials: EhpcCredentials; oddities: EhpcOddities; clock: SimClock },
): void => {
  const accessKeyId = only(target, 'access_key_id')
  const time = readEhpcTime(only(target, 'timestamp'))
  only(target, 'signature')
  for (const [name, value] of Object.entries(fixedParams)) {
    if (only(target, name) !== value) throw badValue(`[${name}] has to be [${value}]`)
  }
  // A GET names its zone in the query, a POST in its body.
  if (request.method === 'GET') only(target, 'zone')
  if (time === undefined) throw malformed('[timestamp] is not like 2013-08-27T14:30:10Z')

  const { accessKeyId: configured, secretAccessKey } = known.credentials
  if (accessKeyId !== configured) throw unauthorised('access key is unknown')
  if (!ehpcSignatureHolds(request, target, secretAccessKey, known.oddities.signature)) {
    throw unauthorised('signature does not match')
  }

  const now = known.clock.now()
  // A signature's age is judged in real time, however fast the simulated cloud works.
  if (Math.abs(now - time) > maxAgeMs) throw expired('time_stamp is more than 60 seconds away')

  countCall(known.state, known.oddities.quota, { now, scale: known.clock.scale })
}
