import type { Look } from './follow.ts'
import { progressLine } from './progress.ts'
import { isAccepted, isEnded, type Run } from './run.ts'
import { count, counted, type Paint } from './text.ts'

export type Screen = { show: (look: Look, elapsedMs: number) => void; close: () => void }

const HIDE_CURSOR = '\u001B[?25l'
const SHOW_CURSOR = '\u001B[?25h'
/** Lines longer than the terminal is wide are cut, not wrapped: else the next picture would begin too low. */
const CUT_LINES = '\u001B[?7l'
const WRAP_LINES = '\u001B[?7h'
const CLEAR_LINE = '\u001B[K'

const seconds = (ms: number): string => `${Math.floor(ms / 1000)} s`.padStart(5)

const summary = ({ runs, events }: Look): string => {
  const views = runs.filter(isAccepted).flatMap(({ view }) => view ?? [])
  const done = views.reduce((sum, { counts }) => sum + counts.total - counts.pending - counts.running, 0)
  const total = runs.reduce((sum, { order }) => sum + order.nodeIds.length, 0)
  const ended = runs.filter(isEnded).length
  const operations = `${ended} of ${counted(runs.length, 'operation')} ended`
  return `${count(done)} of ${counted(total, 'node')} done · ${operations} · ${counted(events.length, 'event')}`
}

/** A terminal: one line per operation, drawn over the lines before. */
const drawnOver = (stream: NodeJS.WriteStream, paint: Paint): Screen => {
  let drawn = 0
  return {
    show: (look, elapsedMs) => {
      const lines = [
        ...look.runs.map((run) => progressLine(run, paint)),
        paint('dim', `${seconds(elapsedMs)}  ${summary(look)}`),
      ]
      const picture = lines.map((line) => `${line}${CLEAR_LINE}\n`).join('')
      const up = drawn === 0 ? '' : `\u001B[${drawn}A`
      stream.write(`${HIDE_CURSOR}${CUT_LINES}${up}\r${picture}${WRAP_LINES}`)
      drawn = lines.length
    },
    close: () => void stream.write(SHOW_CURSOR),
  }
}

const EVERY_MS = 5_000

/** A file or a pipe: a line when an operation has ended, and every few seconds one for all of them. */
const oneAfterAnother = (stream: NodeJS.WritableStream, paint: Paint): Screen => {
  const told = new Set<string>()
  let lastMs = -EVERY_MS
  const isNews = (run: Run) => isEnded(run) && !told.has(run.operationId)
  return {
    show: (look, elapsedMs) => {
      for (const run of look.runs.filter(isNews)) {
        if (isAccepted(run)) told.add(run.operationId)
        stream.write(`${seconds(elapsedMs)}  ${progressLine(run, paint)}\n`)
      }
      if (elapsedMs - lastMs < EVERY_MS) return
      lastMs = elapsedMs
      stream.write(`${seconds(elapsedMs)}  ${summary(look)}\n`)
    },
    close: () => {},
  }
}

/** Where progress is shown. A terminal too low for all operations is treated as a file. */
export const createScreen = (stream: NodeJS.WriteStream, operations: number, paint: Paint): Screen =>
  stream.isTTY && stream.rows > operations + 2 ? drawnOver(stream, paint) : oneAfterAnother(stream, paint)
