import type { Answer } from './api.ts'
import { type CodeTable, type ProviderError, ruleOf } from './classify.ts'

/** Whether an answer, to whichever request, means "later": by its code where the table has that, by its status otherwise. */
export const isThrottled = (
  { status }: Extract<Answer, { kind: 'response' }>,
  error: ProviderError | undefined,
  codes: CodeTable,
): boolean => {
  const rule = ruleOf(codes, error?.code)
  return rule === undefined ? status === 429 : rule.means === 'throttled'
}
