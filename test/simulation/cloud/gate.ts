import { credentialName } from '../../../lib/flow/credential-name.ts'
import type { SignedRequest } from '../../../lib/provider-kit/signer.ts'
import type { Dice } from '../dice.ts'
import type { Faults } from '../faults.ts'
import type { Life } from '../life.ts'
import type { Profile } from '../profile.ts'
import type { Watch } from '../watch.ts'
import { type Caller, json, type Reply } from './call.ts'
import { credentialsOf } from './echo.ts'
import { createLocks } from './locks.ts'
import { createRefusals, type Signed } from './refusals.ts'
import { type Family, unauthorized } from './wire.ts'

export type GateNeeds = {
  dice: Dice
  profile: Profile
  faults: Faults
  watch: Watch
  now: () => number
  sinceStart: () => number
}

/** How long a process remembers what it has read (lib/aws/credentials.ts). */
const REMEMBERED_MS = 300_000
/** What a signature's time may differ (huawei-otc.md, section 5.1; qingcloud-ehpc.md, section 4). */
const BORNE_MS: Record<Family, number> = { huawei: 900_000, css: 900_000, ehpc: 60_000 }

/** The name of what is stored while that is wrong. */
const WRONG = 'key-wrong'

/** Which key a request was signed with, and for which time (ms): in a header, or in the query. */
const signedWith = ({ url, headers }: SignedRequest): { key: string; at: number } => {
  const { searchParams } = new URL(url)
  const date = headers['x-sdk-date']?.replace(/^(....)(..)(..T..)(..)/, '$1-$2-$3:$4:')
  const [key = ''] = /key-(?:\d+|wrong)/.exec(headers['authorization'] ?? searchParams.get('access_key_id') ?? '') ?? []
  return { key, at: Date.parse(date ?? searchParams.get('timestamp') ?? '') }
}

export type Gate = ReturnType<typeof createGate>

/** The keys of all clouds as time goes by: which of them are taken, and which one is stored. */
export const createGate = ({ dice, profile, faults, watch, now, sinceStart }: GateNeeds) => {
  const { keyChanges, keyWrong, keysLock, skewMs } = profile
  const locks = createLocks(now, () => faults('key locked'))
  const heard = createRefusals(watch, now, skewMs)
  let refusals = 0

  const takenAt = (at: number): string => `key-${keyChanges.filter((change) => change <= at).length}`
  const storedAt = (at: number): string =>
    keyWrong !== null && keyWrong.from <= at && at < keyWrong.until ? WRONG : takenAt(at)

  return {
    /** Signatures that were refused. */
    refusals: () => refusals,
    /** The key that an invocation has: what is stored, or, if it was not refused yet, what was, some time ago. */
    key: (refused: unknown): string => {
      const ageMs = refused === undefined && keyChanges.length > 0 ? dice.below(REMEMBERED_MS) : 0
      return storedAt(sinceStart() - ageMs)
    },
    /** A process hears of a request that its signature was refused, or anything else. */
    heard: (request: SignedRequest, { provider, account }: Caller, process: Life, isRefused: boolean): void => {
      const credential = credentialName(provider, account, credentialsOf(provider, account, signedWith(request).key))
      const signed: Signed = { credential, process }
      if (isRefused) heard.refused(signed)
      else heard.passed(signed)
    },
    /** The refusal of a signature, before the cloud sees the call; undefined when it is taken. */
    refusal: (family: Family, request: SignedRequest, { provider, account }: Caller): Reply | undefined => {
      const { key, at } = signedWith(request)
      const isLate = !(Math.abs(now() + skewMs - at) <= BORNE_MS[family])
      const taken = takenAt(sinceStart())
      const isTaken = key === taken
      // What is stored wrongly is the secret: the key that is locked for it is the right one.
      const lock = `${provider} ${account} ${key === WRONG ? taken : key}`
      const mayLock = keysLock && family !== 'ehpc'
      const isLocked = mayLock && locks.isLocked(lock)
      if (mayLock && !isLocked) locks.signed(lock, isTaken && !isLate)
      if (isTaken && !isLate && !isLocked) return undefined
      refusals += 1
      if (isLocked) return locked
      return isTaken && family === 'ehpc' ? json(200, { ret_code: 1300, message: 'expired' }) : unauthorized(family)
    },
  }
}

const locked: Reply = json(401, {
  error_code: 'APIGW.0301',
  error_msg: 'AK access failed to reach the limit,forbidden',
})
