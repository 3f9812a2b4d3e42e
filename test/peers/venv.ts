import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from '../helpers/packaged.ts'

const folder = join(root, '.venv')
const requirements = join(import.meta.dirname, 'requirements.txt')
/** What the folder was made of; written last, so that one half made is made anew. */
const stamp = join(folder, 'made-of')

/** The Python that has the packages of requirements.txt. */
export const python = join(folder, 'bin/python')

/** Prints who it is, if it can make a virtual environment and is new enough for the packages. */
const probe = [
  'import sys, venv, ensurepip',
  'assert sys.version_info >= (3, 11), "Python 3.11 or newer is needed, this is " + sys.version',
  'print(sys.version, sys.base_prefix)',
].join('\n')

/** The machine's own Python, or why it cannot be used. */
export const findPython = (): { identity: string } | { missing: string } => {
  const { error, status, stdout, stderr } = spawnSync('python3', ['-c', probe], { encoding: 'utf8' })
  if (error) return { missing: 'there is no python3' }
  if (status !== 0) return { missing: stderr.trim().split('\n').at(-1) ?? 'python3 fails' }
  return { identity: stdout.trim() }
}

const run = (command: string, ...parameters: string[]): void => {
  const { error, status } = spawnSync(command, parameters, { cwd: root, stdio: ['ignore', 2, 2] })
  if (error || status !== 0) throw new Error(`${command} ${parameters.join(' ')} failed`, { cause: error })
}

/** Makes the virtual environment with exactly these packages, unless it is there. Throws when they cannot be installed. */
export const makeVenv = (identity: string): void => {
  const madeOf = createHash('sha256').update(identity).update(readFileSync(requirements)).digest('hex')
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === madeOf) return
  process.stderr.write('installing the Python packages of test/peers/requirements.txt …\n')
  run('python3', '-m', 'venv', '--clear', folder)
  // Nothing but what is listed; that nothing is missing then is what `check` is for.
  run(python, '-m', 'pip', 'install', '--quiet', '--no-input', '--no-compile', '--no-deps', '-r', requirements)
  run(python, '-m', 'pip', 'check')
  writeFileSync(stamp, madeOf)
}
