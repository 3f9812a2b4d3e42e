import { randomOf } from '../helpers/random.ts'

/** So many different UUIDs, in no order, the same for the same seed. */
export const randomUuids = (count: number, seed: number): string[] => {
  const random = randomOf(seed)
  const digits = (n: number): string =>
    Math.floor(random() * 16 ** n)
      .toString(16)
      .padStart(n, '0')
  return Array.from(
    { length: count },
    () => `${digits(8)}-${digits(4)}-4${digits(3)}-a${digits(3)}-${digits(6)}${digits(6)}`,
  )
}
