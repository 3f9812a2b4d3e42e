/** A clock that moves only when told. */
export const simClock = (scale = 1) => {
  let now = Date.parse('2026-01-05T10:00:00.000Z')
  return {
    scale,
    now: () => now,
    advance: (ms: number) => {
      now += ms
    },
  }
}
