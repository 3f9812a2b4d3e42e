import type { AcceptDeps } from '../../lib/flow/accept.ts'
import type { RemediationRules } from '../../lib/flow/intake/remediation-rules.ts'

/** The rules are read when an alarm is put back, which is seldom. */
export type OperationsDeps = AcceptDeps & { rules: () => Promise<RemediationRules> }
