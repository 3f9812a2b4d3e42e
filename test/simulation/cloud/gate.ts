import type { SignedRequest } from '../../../lib/provider-kit/signer.ts'
import type { Dice } from '../dice.ts'
import type { Profile } from '../profile.ts'
import { json, type Reply } from './call.ts'
import { type Family, unauthorized } from './wire.ts'

export type GateNeeds = { dice: Dice; profile: Profile; now: () => number; sinceStart: () => number }

/** How long a process remembers what it has read (lib/aws/credentials.ts). */
const REMEMBERED_MS = 300_000
/** What a signature's time may differ (huawei-otc.md, section 5.1; qingcloud-ehpc.md, section 4). */
const BORNE_MS: Record<Family, number> = { huawei: 900_000, css: 900_000, ehpc: 60_000 }

/** Which key a request was signed with, and for which time (ms): in a header, or in the query. */
const signedWith = ({ url, headers }: SignedRequest): { key: string | undefined; at: number } => {
  const { searchParams } = new URL(url)
  const date = headers['x-sdk-date']?.replace(/^(....)(..)(..T..)(..)/, '$1-$2-$3:$4:')
  const [key] = /key-(?:\d+|wrong)/.exec(headers['authorization'] ?? searchParams.get('access_key_id') ?? '') ?? []
  return { key, at: Date.parse(date ?? searchParams.get('timestamp') ?? '') }
}

export type Gate = ReturnType<typeof createGate>

/** The keys of all clouds as time goes by: which of them are taken, and which one is stored. */
export const createGate = ({ dice, profile, now, sinceStart }: GateNeeds) => {
  const { keyChanges, keyWrong, skewMs } = profile
  let refusals = 0

  const takenAt = (at: number): string => `key-${keyChanges.filter((change) => change <= at).length}`
  const storedAt = (at: number): string =>
    keyWrong !== null && keyWrong.from <= at && at < keyWrong.until ? 'key-wrong' : takenAt(at)

  return {
    /** Signatures that were refused. */
    refusals: () => refusals,
    /** The key that an invocation has: what is stored, or, if it was not refused yet, what was, some time ago. */
    key: (refused: unknown): string => {
      const ageMs = refused === undefined && keyChanges.length > 0 ? dice.below(REMEMBERED_MS) : 0
      return storedAt(sinceStart() - ageMs)
    },
    /** The refusal of a signature, before the cloud sees the call; undefined when it is taken. */
    refusal: (family: Family, request: SignedRequest): Reply | undefined => {
      const { key, at } = signedWith(request)
      const isLate = !(Math.abs(now() + skewMs - at) <= BORNE_MS[family])
      const isTaken = key === takenAt(sinceStart())
      if (isTaken && !isLate) return undefined
      refusals += 1
      return isTaken && family === 'ehpc' ? json(200, { ret_code: 1300, message: 'expired' }) : unauthorized(family)
    },
  }
}
