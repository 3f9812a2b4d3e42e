const TIMESTAMP = /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d)(\.\d+)?(Z|[+-]\d\d:?\d\d)?$/

/** A time of these clouds in ms since the epoch; without a zone it is UTC. Null when it is none (`""` while a job runs). */
export const timestampMs = (text: string | null | undefined): number | null => {
  const [, date, time, fraction = '', zone = 'Z'] = TIMESTAMP.exec(text ?? '') ?? []
  if (date === undefined || time === undefined) return null
  const ms = Date.parse(`${date}T${time}${fraction}${zone}`)
  return Number.isNaN(ms) ? null : ms
}

/** Below this, a difference of clocks is the `Date` header's own: it has whole seconds, and was written on the way. */
const NOTICEABLE_MS = 2_000

/** How far the provider's clock is before ours, ms, by the `Date` header of one answer; 0 without one. */
export const clockSkewMs = (headers: Readonly<Record<string, string>>, receivedAt: number): number => {
  const date = Date.parse(headers['date'] ?? '')
  if (Number.isNaN(date)) return 0
  const skew = date - receivedAt
  return Math.abs(skew) < NOTICEABLE_MS ? 0 : skew
}
