import { appendFileSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'

/** What earlier runs left, and a way to add to it. With a file, a record is on disk before `add` returns. */
export type Journal<Item> = { earlier: readonly Item[]; add: (item: Item) => void }

const parseLines = (text: string): unknown[] =>
  text.split('\n').flatMap((line, index, lines) => {
    // A process that was killed in the middle of a write leaves half a line at the end.
    if (line === '' || index === lines.length - 1) return []
    return [JSON.parse(line) as unknown]
  })

const readOrEmpty = (file: string) => {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return ''
    throw error
  }
}

/** Opens a journal; `keep` picks what of the old records is still of use, and the rest leaves the file. */
export const openJournal = <Item>(file?: string, keep = (items: Item[]): Item[] => items): Journal<Item> => {
  if (file === undefined) return { earlier: [], add: () => {} }
  mkdirSync(dirname(file), { recursive: true })
  const earlier = keep(parseLines(readOrEmpty(file)) as Item[]) // written by `add` alone
  const line = (item: Item) => `${JSON.stringify(item)}\n`
  writeFileSync(`${file}.new`, earlier.map(line).join(''))
  renameSync(`${file}.new`, file)
  return { earlier, add: (item) => appendFileSync(file, line(item)) }
}
