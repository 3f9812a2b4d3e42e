/** "After >5 consecutive failures the AK is blocked for 5 min" (huawei-otc.md, section 6.3); taken at its strictest. */
const MOST_IN_A_ROW = 5
const LOCKED_MS = 300_000

/** What a Huawei gateway does with a key whose signatures are wrong, one after the other. */
export const createLocks = (now: () => number, onLock: (key: string) => void) => {
  const keys = new Map<string, { inARow: number; until: number }>()
  return {
    isLocked: (key: string): boolean => (keys.get(key)?.until ?? 0) > now(),
    /** A signature was looked at. */
    signed: (key: string, isGood: boolean): void => {
      const inARow = isGood ? 0 : (keys.get(key)?.inARow ?? 0) + 1
      const locks = inARow >= MOST_IN_A_ROW
      if (locks) onLock(key)
      keys.set(key, locks ? { inARow: 0, until: now() + LOCKED_MS } : { inARow, until: 0 })
    },
  }
}
