import { spawn } from 'node:child_process'
import { text } from 'node:stream/consumers'
import { join } from 'node:path'
import { python } from './venv.ts'

export const scriptOf = (name: string): string => join(import.meta.dirname, 'python', `${name}.py`)

/** Runs a script of test/peers/python: JSON in, JSON out. Throws with what it said when it fails. */
export const askPython = async (name: string, input: unknown): Promise<unknown> => {
  const child = spawn(python, [scriptOf(name)], { stdio: ['pipe', 'pipe', 'pipe'] })
  const ended = new Promise<number | null>((resolve, reject) => child.once('error', reject).once('close', resolve))
  child.stdin.end(JSON.stringify(input))
  const [code, out, err] = await Promise.all([ended, text(child.stdout), text(child.stderr)])
  if (code !== 0) throw new Error(`${name}.py ended with ${code}: ${err}`)
  return JSON.parse(out)
}
