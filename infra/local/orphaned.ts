import { readFileSync } from 'node:fs'

/** The parent of another process, where the system shows it below /proc; undefined elsewhere. */
const parentOf = (pid: number) => {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    // The name in brackets may hold spaces and brackets; state and parent follow its end.
    return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1])
  } catch {
    return undefined
  }
}

/**
 * Calls `stop` when whoever started this process is gone. npm runs a script below a shell that lives on when npm is
 * killed, so below npm the shell's parent is watched too. The watch does not keep the process alive.
 */
export const whenOrphaned = (stop: () => void) => {
  const belowNpm = process.env['npm_lifecycle_event'] !== undefined
  const ancestors = () => [process.ppid, belowNpm ? parentOf(process.ppid) : undefined].join()
  const first = ancestors()
  const watch = setInterval(() => {
    if (ancestors() === first) return
    clearInterval(watch)
    stop()
  }, 200)
  watch.unref()
}
