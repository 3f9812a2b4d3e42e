import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'

const PAGE = 4096

/** The resident memory of a process, bytes. */
const residentBytes = (pid: number): number => {
  try {
    return Number(readFileSync(`/proc/${pid}/statm`, 'utf8').split(' ')[1]) * PAGE
  } catch {
    return Number(execFileSync('ps', ['-o', 'rss=', '-p', String(pid)], { encoding: 'utf8' })) * 1024
  }
}

export type MemoryWatch = { stop: () => { atStart: number; most: number } }

/** Looks at the memory of a process all the time, until it is stopped. */
export const watchMemory = (pid: number): MemoryWatch => {
  const atStart = residentBytes(pid)
  let most = atStart
  const timer = setInterval(() => {
    most = Math.max(most, residentBytes(pid))
  }, 50)
  return {
    stop: () => {
      clearInterval(timer)
      return { atStart, most }
    },
  }
}
