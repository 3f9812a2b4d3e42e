import { redact, secretsOf } from './redact.ts'
import type { SignedRequest } from './signer.ts'

const MAX_CAUSES = 5

/** What went wrong, fit for a log and an event: no address of the request, no signature, nothing of the credentials. */
export const describeFailure = (error: unknown, request: SignedRequest): { code: string; reason: string } => {
  const code = codeOf(error)
  const said = error instanceof Error ? error.message : ''
  const reason = redact(said, secretsOf(request)).replaceAll(/[a-z]+:\/\/\S+/gi, '[address]')
  return { code, reason: reason === '' ? code : reason }
}

/** The nearest code in an error and its causes; the call's own bound says it in its name only. */
const codeOf = (error: unknown): string => {
  let cause = error
  for (let depth = 0; depth < MAX_CAUSES && cause instanceof Error; depth += 1) {
    if (cause.name === 'TimeoutError' || cause.name === 'AbortError') return 'ETIMEDOUT'
    if ('code' in cause && typeof cause.code === 'string') return cause.code
    cause = cause.cause
  }
  return 'NetworkError'
}
