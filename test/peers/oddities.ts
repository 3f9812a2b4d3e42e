import { randomOf } from '../helpers/random.ts'

const words = [
  '',
  ' ',
  'a b',
  '+',
  'a+b',
  '%',
  '%20',
  '%2B',
  '&',
  '=',
  'a=b&c',
  '#',
  '?',
  ';',
  ',',
  ':',
  '@',
  '"',
  '\\',
]
const marks = [
  "it's",
  '(a)',
  '*',
  '!',
  '~',
  '-._',
  '<>',
  '{}',
  '|',
  '^',
  '`',
  '[0]',
  '$1',
  '0',
  'null',
  'ÀÉ',
  'ß',
  '节点',
]
const beyond = [
  '重启',
  '\u{1F680}',
  '\u{10FFFF}',
  '\uFFFD',
  '\uE000',
  'e\u0301',
  '\u00A0',
  '\u200B',
  '\t',
  '\n',
  '\r\n',
  '\u0001',
  '\u007F',
]

const LETTERS = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_'

/** Texts that encoders quarrel about, the same ones for the same seed. */
export const oddities = (seed: number) => {
  const random = randomOf(seed)
  const below = (count: number): number => Math.floor(random() * count)
  const pick = <T>(values: readonly T[]): T => values[below(values.length)]!
  const many = <T>(count: number, make: () => T): T[] => Array.from({ length: count }, make)
  const plain = (length = 1 + below(24)): string => many(length, () => LETTERS.charAt(below(LETTERS.length))).join('')
  const odd = (): string =>
    many(1 + below(3), () => pick([...words, ...marks, ...beyond, plain(), '/', '//', 'a/b'])).join('')
  return { below, pick, many, plain, odd, chance: (share: number): boolean => random() < share }
}
