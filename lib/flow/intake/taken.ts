import type { AcceptDeps } from '../accept.ts'
import type { RemediationRules } from './remediation-rules.ts'

export type IntakeDeps = AcceptDeps & { rules: RemediationRules }

/** What an event led to: the operations that are there for it, and why there are no more of them. */
export type Taken = { operationIds: readonly string[]; notes: readonly string[] }
