import type { Answer } from '../provider-kit/api.ts'
import type { SignatureRefusal } from '../provider-kit/provider.ts'
import { RATE_LIMIT, RATE_UNKNOWN } from './rate-limit.ts'

/** What came of a request, as far as it tells something of its credential; `held-back`: we ourselves did not send it. */
export type Word =
  | { kind: 'accepted' }
  | { kind: 'refused'; code: string; reason: string }
  | { kind: 'nothing' }
  | { kind: 'held-back' }

export const noWord: Word = { kind: 'nothing' }
export const heldBack: Word = { kind: 'held-back' }

/** Statuses that come from behind the check of the signature (huawei-otc.md, section 6.3; EHPC answers 200 to everything). */
const TELLING: ReadonlySet<number> = new Set([200, 201, 202, 204, 400, 403, 404, 409])

const HELD_BACK: ReadonlySet<string> = new Set([RATE_LIMIT, RATE_UNKNOWN])

/** What an answer says of the credential. A gateway's failure or page, and one that never came, say nothing. */
export const wordOf = (answer: Answer, refusal: SignatureRefusal | undefined): Word => {
  if (refusal !== undefined) {
    const { cause, code, reason } = refusal
    return cause === 'credential' ? { kind: 'refused', code, reason } : noWord
  }
  if (answer.kind === 'not-sent' && HELD_BACK.has(answer.code)) return heldBack
  if (answer.kind !== 'response' || !TELLING.has(answer.status)) return noWord
  return answer.json !== undefined || answer.text === '' ? { kind: 'accepted' } : noWord
}
