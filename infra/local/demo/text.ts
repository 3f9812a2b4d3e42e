import { styleText } from 'node:util'

export type Style = 'bold' | 'dim' | 'green' | 'red' | 'yellow' | 'cyan'

/** Dresses a text for the terminal it goes to, or leaves it as it is. */
export type Paint = (style: Style, text: string) => string

export const plainly: Paint = (_, text) => text

/** For a stream: in colour where that is a terminal and NO_COLOR is not set. */
export const paintFor =
  (stream: NodeJS.WriteStream): Paint =>
  (style, text) =>
    styleText(style, text, { stream })

export const count = (value: number): string => value.toLocaleString('en-US')

export const counted = (value: number, one: string, many = `${one}s`): string =>
  `${count(value)} ${value === 1 ? one : many}`

/** `75_000` → `1:15`, minutes and seconds. */
export const clock = (ms: number): string => {
  const seconds = Math.round(ms / 1000)
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`
}

/** Of a text with nothing but ordinary characters, its first `width`, filled up with blanks. */
export const fit = (text: string, width: number): string =>
  (text.length > width ? `${text.slice(0, Math.max(0, width - 1))}…` : text).padEnd(width)
