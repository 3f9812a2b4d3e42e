import { draw } from '../../../infra/local/simulators/seeded.ts'

/** The items in another order, the same one for the same seed. */
export const shuffled = <T>(items: readonly T[], seed: number): T[] =>
  items
    .map((item, i) => ({ item, place: draw(seed, 'shuffled', i) }))
    .toSorted((a, b) => a.place - b.place)
    .map(({ item }) => item)
