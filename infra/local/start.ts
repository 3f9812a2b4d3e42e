import { parseArgs } from 'node:util'
import { whenOrphaned } from './orphaned.ts'
import { packageIfStale } from './package-if-stale.ts'
import { startStack, type Stack } from './stack.ts'

const usage = `npm start [-- --data DIR]

Runs Drover on this machine: HTTP API, queues, table, event bus, schedules and simulated clouds.
  --data DIR   keep the state in this folder: a stack that was stopped or killed goes on where it was
  PORT         of the HTTP API (3000)
Other variables are in the README.
`

const readOptions = () => {
  const { values } = parseArgs({ options: { data: { type: 'string' }, help: { type: 'boolean', short: 'h' } } })
  const port = Number(process.env['PORT'] || 3000)
  if (!Number.isInteger(port) || port < 0 || port > 65_535) throw new Error('PORT must be a port number')
  return { help: values.help, port, ...(values.data === undefined ? {} : { dataDir: values.data }) }
}

const say = (text: string) => void process.stderr.write(text)

/** Calls `stop` when the process is asked to end, or left behind: it must not go on holding the port. */
const whenAsked = (stop: () => void) => {
  whenOrphaned(stop)
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, stop)
}

const main = async () => {
  const { help, ...options } = readOptions()
  if (help) return void process.stdout.write(usage)

  const started: { stack?: Stack } = {}
  whenAsked(() => {
    // A part that does not stop must not hold the port.
    setTimeout(() => process.exit(1), 3000).unref()
    void Promise.resolve(started.stack?.close()).finally(() => process.exit(0))
  })
  await packageIfStale()
  const stack = await startStack({ ...options, onLog: say })
  started.stack = stack
  for (const [name, url] of stack.addresses) say(`${name.padEnd(30)} ${url}\n`)
  process.stdout.write(`ready ${stack.url}\n`)
}

try {
  await main()
} catch (error) {
  const taken = (error as NodeJS.ErrnoException).code === 'EADDRINUSE'
  say(taken ? `${String(error)}\nChoose another port with PORT.\n` : `${String(error)}\n`)
  process.exit(1)
}
