import type { Submission } from '../domain/submission.ts'
import type { Answer } from './api.ts'
import { retryAfterMs } from './retry-after.ts'

/** What one error code means for a mutating call, whatever HTTP status it came with. */
export type CodeRule =
  | { means: 'throttled'; waitMs: number; perNode?: true }
  | { means: 'rejected' | 'achieved'; perNode?: true }
  | { means: 'ambiguous' }

export type CodeTable = Readonly<Record<string, CodeRule>>

/** The error that a provider's answer carries, in whichever of its shapes. */
export type ProviderError = { code: string; message: string }

/** Vendor advice after a 429 without Retry-After is 2–5 s (huawei-otc.md, section 6.3). */
const THROTTLE_WAIT_MS = 5_000

/**
 * What an answer that is not a plain acceptance means: by its error code first, as providers' HTTP statuses lie
 * (architecture.md, section 4), then by its status. `error` is what the provider's own reader found in the body.
 */
export const classifyRefusal = (answer: Answer, error: ProviderError | undefined, codes: CodeTable): Submission => {
  if (answer.kind === 'not-sent') {
    const { isFinal, ...notSent } = answer
    return isFinal ? { kind: 'rejected', code: answer.code, reason: answer.reason, perNode: false } : notSent
  }
  if (answer.kind === 'lost') return { kind: 'ambiguous', code: answer.code, reason: answer.reason }

  const rule = ruleOf(codes, error?.code)
  if (error !== undefined && rule !== undefined)
    return byRule(rule, error, retryAfterMs(answer.headers, answer.receivedAt))
  return byStatus(answer, error)
}

/** The rule for a code that a provider sent; a word like "constructor" is no code of the table. */
export const ruleOf = (codes: CodeTable, code: string | null | undefined): CodeRule | undefined =>
  typeof code === 'string' && Object.hasOwn(codes, code) ? codes[code] : undefined

const byRule = (rule: CodeRule, error: ProviderError, retryAfter: number | null): Submission => {
  const said = { code: error.code, reason: error.message }
  if (rule.means === 'ambiguous') return { kind: 'ambiguous', ...said }
  const perNode = rule.perNode === true
  if (rule.means === 'throttled') return { kind: 'throttled', ...said, waitMs: retryAfter ?? rule.waitMs, perNode }
  return { kind: rule.means, ...said, perNode }
}

const byStatus = (answer: Extract<Answer, { kind: 'response' }>, error: ProviderError | undefined): Submission => {
  const { status } = answer
  const said = { code: error?.code ?? `HTTP.${status}`, reason: error?.message ?? `HTTP status ${status}` }
  if (status === 429) {
    return { kind: 'throttled', ...said, waitMs: retryAfterMs(answer.headers, answer.receivedAt) ?? THROTTLE_WAIT_MS }
  }
  // 408 and 499 (huawei-otc.md, section 6.3) are a gateway's word that somebody gave up waiting, not that nothing happened.
  if (status >= 400 && status < 500 && status !== 408 && status !== 499)
    return { kind: 'rejected', ...said, perNode: false }
  return { kind: 'ambiguous', ...said }
}
