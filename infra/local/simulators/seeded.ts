/**
 * A number in [0, 1) that is always the same for the same seed and words: simulators draw their durations and failures from it, so
 * that a run can be repeated whatever the order of requests. Not for anything secret.
 */
export const draw = (seed: number, ...words: ReadonlyArray<string | number>): number => {
  let hash = 0x811c9dc5 ^ seed
  for (const word of words) {
    for (const character of `${word}|`) hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 0x01000193)
  }
  // FNV-1a leaves neighbours close together; the finaliser of MurmurHash3 spreads them.
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  return ((hash ^ (hash >>> 16)) >>> 0) / 2 ** 32
}

/** A drawn number between two bounds, for example milliseconds. */
export const drawBetween = (
  range: readonly [number, number],
  seed: number,
  ...words: ReadonlyArray<string | number>
): number => range[0] + draw(seed, ...words) * (range[1] - range[0])

/** 32 lower-case hex digits, as Huawei's job and request ids are. */
export const drawHex = (seed: number, ...words: ReadonlyArray<string | number>): string =>
  [0, 1, 2, 3]
    .map((part) =>
      Math.floor(draw(seed, part, ...words) * 2 ** 32)
        .toString(16)
        .padStart(8, '0'),
    )
    .join('')
