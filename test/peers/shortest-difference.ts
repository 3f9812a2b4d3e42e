import { isDeepStrictEqual } from 'node:util'

/** What was asked of both, and what each made of it. */
type Compared = { request: unknown; ours: unknown; theirs: unknown }

/** Of all cases in which the two differ, the one that is shortest to read; undefined when they agree on all. */
export const shortestDifference = (cases: readonly Compared[]): Compared | undefined =>
  cases
    .filter(({ ours, theirs }) => !isDeepStrictEqual(ours, theirs))
    .toSorted((a, b) => JSON.stringify(a).length - JSON.stringify(b).length)[0]
