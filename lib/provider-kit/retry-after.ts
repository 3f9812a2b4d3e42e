const MIN_MS = 500
const MAX_MS = 900_000

/** `Mon, 05 Jan 2026 10:00:07 GMT`, or an older form; Date.parse alone finds a date in "-5" and in "1.5". */
const DATE = /^(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*,? /i

/**
 * The wait that an answer asks for, ms: `Retry-After` in seconds or as a date (RFC 9110, section 10.2.3), brought into
 * 0.5 s to 15 min, as absurd values are seen in the field. Null when there is none or it cannot be read.
 */
export const retryAfterMs = (headers: Readonly<Record<string, string>>, now: number): number | null => {
  const value = headers['retry-after']?.trim() ?? ''
  // The form without a zone is in UTC as well (RFC 9110, section 5.6.7); Date.parse takes it for local time.
  const dateMs = DATE.test(value) ? Date.parse(`${value} GMT`) - now : Number.NaN
  const ms = /^\d+$/.test(value) ? Number(value) * 1000 : dateMs
  return Number.isNaN(ms) ? null : Math.min(MAX_MS, Math.max(MIN_MS, ms))
}
