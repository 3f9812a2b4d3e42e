/** Counts what was made to go wrong, by its name. */
export type Faults = ((name: string) => void) & { counts: ReadonlyMap<string, number> }

export const createFaults = (): Faults => {
  const counts = new Map<string, number>()
  return Object.assign((name: string) => void counts.set(name, (counts.get(name) ?? 0) + 1), { counts })
}

/** Two counts as one. */
export const addFaults = (into: Map<string, number>, counts: Iterable<readonly [string, number]>): void => {
  for (const [name, many] of counts) into.set(name, (into.get(name) ?? 0) + many)
}
