/** A cloud's own limit: at most `limit` units in any window; what is over it is refused and not counted. */
export const rollingWindow = (limit: number, windowMs: number) => {
  let taken: { at: number; units: number }[] = []
  return {
    take: (units: number, now: number): boolean => {
      taken = taken.filter(({ at }) => at > now - windowMs)
      if (taken.reduce((sum, one) => sum + one.units, units) > limit) return false
      taken.push({ at: now, units })
      return true
    },
  }
}
