import { draw } from '../seeded.ts'

/** `length` characters of `[0-9a-z]`, the part of a QingCloud id after its prefix; always the same for the same words. */
export const drawId = (length: number, seed: number, ...words: ReadonlyArray<string | number>): string =>
  Array.from({ length }, (_, index) => Math.floor(draw(seed, index, ...words) * 36).toString(36)).join('')
