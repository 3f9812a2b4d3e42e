import * as z from 'zod'

const compiles = (pattern: string): boolean => {
  try {
    return new RegExp(pattern) instanceof RegExp
  } catch {
    return false
  }
}

/**
 * Which alarm leads to which request. `alarm` is a whole-match pattern of the alarm's name; its named groups, `{alarmName}`
 * and the metric's dimensions (`{dimension.InstanceId}`) may stand in any string of the request. A node that a rule has
 * acted on is left alone by it for `cooldownSeconds`; an alarm older than `maxAgeSeconds` is dropped.
 */
export type RemediationRule = z.infer<typeof RemediationRule>
export const RemediationRule = z.strictObject({
  name: z.string().regex(/^[A-Za-z0-9_-]{1,64}$/, 'must be 1 to 64 of A–Z a–z 0–9 _ -'),
  alarm: z.string().min(1).refine(compiles, 'is not a regular expression'),
  cooldownSeconds: z.int().min(60).max(604_800).default(3_600),
  maxAgeSeconds: z.int().min(60).max(86_400).default(900),
  request: z.record(z.string(), z.unknown()),
})

export type RemediationRules = z.infer<typeof RemediationRules>
export const RemediationRules = z
  .strictObject({ rules: z.array(RemediationRule) })
  .refine(({ rules }) => new Set(rules.map(({ name }) => name)).size === rules.length, 'two rules have the same name')
