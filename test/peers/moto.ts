import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { scriptOf } from './ask-python.ts'
import { python } from './venv.ts'

/** Starts moto's server, in memory and on a port of its own. It ends with its standard input, so also with this process. */
export const startMoto = async () => {
  const child = spawn(python, ['-W', 'ignore::UserWarning', scriptOf('moto_server')], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  const exited = once(child, 'exit')
  const line = once(createInterface(child.stdout), 'line') as Promise<[string]>
  const [port] = await Promise.race([line, exited.then(() => [undefined])])
  if (port === undefined) throw new Error('moto did not start')

  return {
    endpoint: `http://127.0.0.1:${port}`,
    close: async (): Promise<void> => {
      child.stdin.end()
      await exited
    },
  }
}
