import { CREDENTIAL_REFUSED } from '../domain/breaker.ts'
import type { Answer } from './api.ts'
import type { ProviderError } from './classify.ts'
import { retryAfterMs } from './retry-after.ts'

/** A look at the provider that failed: it says nothing of the job or the nodes. */
export type Unreadable = { kind: 'unreadable'; code: string; reason: string; waitMs: number | null; auth: boolean }

/** The failed look, from the answer that was no answer. `auth`: the credential was refused and must not be tried in a loop. */
export const unreadable = (answer: Answer, error?: ProviderError, auth = false): Unreadable => {
  if (answer.kind !== 'response') {
    const { code, reason } = answer
    return { kind: 'unreadable', code, reason, waitMs: null, auth: code === CREDENTIAL_REFUSED }
  }
  return {
    kind: 'unreadable',
    code: error?.code ?? `HTTP.${answer.status}`,
    reason: error?.message ?? `HTTP status ${answer.status}, not readable`,
    waitMs: retryAfterMs(answer.headers, answer.receivedAt),
    auth: auth || answer.status === 401,
  }
}
