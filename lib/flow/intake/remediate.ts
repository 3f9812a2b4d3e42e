import type { Alarm } from './alarm.ts'
import type { RemediationRule } from './remediation-rules.ts'

/** What a rule makes of an alarm: a request, or the reason why there is none. */
export type Remedy =
  | { kind: 'request'; rule: RemediationRule; request: Record<string, unknown> }
  | { kind: 'none'; rule: RemediationRule; reason: string }

/** The requests that the rules make of an alarm, by its name, its state and its age. */
export const remediate = (alarm: Alarm, rules: readonly RemediationRule[], now: number): Remedy[] =>
  rules.flatMap((rule): Remedy[] => {
    const match = new RegExp(`^(?:${rule.alarm})$`).exec(alarm.name)
    if (match === null) return []
    if (alarm.state !== 'ALARM') return [{ kind: 'none', rule, reason: `the alarm is ${alarm.state}` }]
    const ageMs = now - alarm.observedAt
    if (!(ageMs <= rule.maxAgeSeconds * 1000)) {
      return [{ kind: 'none', rule, reason: `the alarm is older than ${rule.maxAgeSeconds} s` }]
    }
    const values: Record<string, string> = { alarmName: alarm.name, ...match.groups }
    for (const [name, value] of Object.entries(alarm.dimensions)) values[`dimension.${name}`] = value
    return [{ kind: 'request', rule, request: filledRecord(rule.request, values) }]
  })

const filledRecord = (record: Record<string, unknown>, values: Record<string, string>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(record).map(([key, value]) => [key, filled(value, values)]))

/** A placeholder without a value stays as it is: the request's validation then names it. */
const filled = (value: unknown, values: Record<string, string>): unknown => {
  if (typeof value === 'string') {
    return value.replaceAll(/\{([\w.-]+)\}/g, (all, name: string) =>
      Object.hasOwn(values, name) ? (values[name] ?? all) : all,
    )
  }
  if (Array.isArray(value)) return value.map((item) => filled(item, values))
  return typeof value === 'object' && value !== null ? filledRecord({ ...value }, values) : value
}
