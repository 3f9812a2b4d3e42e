/**
 * Less is borne by every provider (EHPC: 60 s, qingcloud-ehpc.md section 4), and a `Date` that has whole seconds and was
 * written on the way says no more.
 */
const NOTICEABLE_MS = 30_000

/**
 * How far the provider's clock is ahead of the one that a request was signed by, ms, by the `Date` of its answer; 0 when
 * they agree or there is none.
 *
 * @param sentAt, heardAt when the request was sent and answered, ms of the clock that it was signed by
 */
export const clockDriftMs = (headers: Readonly<Record<string, string>>, sentAt: number, heardAt: number): number => {
  const date = Date.parse(headers['date'] ?? '')
  // An answer may have taken long: whatever lies between the two is no difference.
  const drift = date < sentAt ? date - sentAt : date > heardAt ? date - heardAt : 0
  return Math.abs(drift) > NOTICEABLE_MS ? drift : 0
}
