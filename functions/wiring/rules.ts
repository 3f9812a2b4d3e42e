import { readFileSync } from 'node:fs'
import deployed from '../remediation-rules.json' with { type: 'json' }
import { RemediationRules } from '../../lib/flow/intake/remediation-rules.ts'

/** The remediation rules: those that were packaged, or a local stack's own file. Throws when there is a mistake in them. */
export const readRules = ({ REMEDIATION_RULES_FILE: file }: NodeJS.ProcessEnv): RemediationRules =>
  RemediationRules.parse(file === undefined ? deployed : JSON.parse(readFileSync(file, 'utf8')))
