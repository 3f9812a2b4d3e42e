import { randomOf } from '../helpers/random.ts'

export type Dice = ReturnType<typeof createDice>

/** Everything that is left to chance in a run comes from one seed. */
export const createDice = (seed: number) => {
  const random = randomOf(seed)
  return {
    random,
    chance: (share: number): boolean => share > 0 && random() < share,
    /** A whole number from 0 to below `count`. */
    below: (count: number): number => Math.floor(random() * count),
    between: (from: number, to: number): number => from + Math.floor(random() * (to - from + 1)),
    pick: <T>(from: readonly [T, ...T[]]): T => from[Math.floor(random() * from.length)] ?? from[0],
    /** Log-normal around a median (Box–Muller). */
    spread: (median: number, sigma: number): number =>
      median * Math.exp(sigma * Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random())),
    /** A rate for a whole run: none in a third of the runs, else up to `most`, small ones more often. */
    rate: (most: number): number => (random() < 1 / 3 ? 0 : most * random() ** 2),
  }
}
