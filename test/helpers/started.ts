import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { root } from './packaged.ts'

const script = join(root, 'infra/local/start.ts')

const settings = (env: Record<string, string>) => ({
  cwd: root,
  env: { ...process.env, PORT: '0', LOG_LEVEL: 'error', DROVER_TIME_SCALE: '60', ...env },
})

/** Runs `npm start` without npm: answers the process, what it printed, and its URL once it is ready. */
export const runStart = async (parameters: string[] = [], env: Record<string, string> = {}) => {
  const child = spawn(process.execPath, [script, ...parameters], settings(env))
  return watched(child)
}

/** The same as npm does it: below a shell that goes on when its own parent is killed. */
export const runStartBelowShell = async () => {
  const command = `"${process.execPath}" "${script}"; exit $?`
  const code = `require('node:child_process').spawn('sh', ['-c', ${JSON.stringify(command)}], { stdio: 'inherit' })`
  return watched(spawn(process.execPath, ['-e', code], settings({ npm_lifecycle_event: 'start' })))
}

const watched = async (child: ReturnType<typeof spawn>) => {
  const out: string[] = []
  const err: string[] = []
  const exited = once(child, 'exit') as Promise<[number | null, string | null]>
  const ready = new Promise<void>((resolve) => {
    child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      out.push(text)
      if (out.join('').includes('\n')) resolve()
    })
  })
  child.stderr?.setEncoding('utf8').on('data', (text: string) => err.push(text))
  await Promise.race([ready, exited])
  return {
    pid: child.pid ?? 0,
    url: out.join('').trim().replace('ready ', ''),
    stdout: () => out.join(''),
    stderr: () => err.join(''),
    kill: async (signal: NodeJS.Signals) => {
      child.kill(signal)
      return exited
    },
    exited,
  }
}

export type Started = Awaited<ReturnType<typeof runStart>>
