import * as z from 'zod'

/** Indices as runs of consecutive ones, `[first, last]` each, in the order they came. */
export type Ranges = [number, number][]
export const Ranges = z.array(z.tuple([z.int().min(0), z.int().min(0)]))

export const toRanges = (indices: Iterable<number>): Ranges => {
  const ranges: Ranges = []
  for (const index of indices) {
    const last = ranges.at(-1)
    if (last !== undefined && last[1] === index - 1) last[1] = index
    else ranges.push([index, index])
  }
  return ranges
}

export const fromRanges = (ranges: Ranges): number[] =>
  ranges.flatMap(([first, last]) => Array.from({ length: last - first + 1 }, (_, i) => first + i))
