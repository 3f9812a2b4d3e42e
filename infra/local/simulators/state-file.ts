import { existsSync, mkdirSync, readFileSync } from 'node:fs'
import { rename, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { Simulator } from './simulator.ts'

export type StateFile = {
  /** Resolves when a state at least as new as now is on the disk. Throws what the file system throws. */
  save: () => Promise<void>
}

/**
 * Loads the simulator's state from `path`, if it is there, and keeps it there: written to a temporary file and renamed, so that
 * a kill leaves the old or the new state and nothing between. Calls that wait at the same time share one write.
 */
export const openStateFile = (path: string, simulator: Simulator): StateFile => {
  mkdirSync(dirname(path), { recursive: true })
  if (existsSync(path)) simulator.restore(JSON.parse(readFileSync(path, 'utf8')))
  const changed = createChangeDetector(simulator)
  let queue: Promise<void> = Promise.resolve()
  let pending: Promise<void> | undefined

  const write = async () => {
    pending = undefined
    const text = changed()
    if (text === undefined) return
    await writeFile(`${path}.new`, text)
    await rename(`${path}.new`, path)
  }
  return {
    save: async () => {
      // One that waits for its turn has not read the state yet: it will write this change too.
      if (pending === undefined) {
        pending = queue.then(write)
        queue = pending.catch(() => undefined)
      }
      await pending
    },
  }
}

/** Gives the text to write, or nothing when it would be the one given last. */
const createChangeDetector = (simulator: Simulator): (() => string | undefined) => {
  let lastRevision = simulator.revision?.()
  let lastText = JSON.stringify(simulator.snapshot())
  return () => {
    const revision = simulator.revision?.()
    if (revision !== undefined && revision === lastRevision) return undefined
    const text = JSON.stringify(simulator.snapshot())
    lastRevision = revision
    if (revision === undefined && text === lastText) return undefined
    lastText = revision === undefined ? text : ''
    return text
  }
}
