import { readFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { parseDemoFile, type Demo } from './demo/demo-file.ts'
import { perform } from './demo/perform.ts'
import { report } from './demo/report.ts'
import { createScreen, type Screen } from './demo/screen.ts'
import { counted, paintFor } from './demo/text.ts'
import { whenOrphaned } from './orphaned.ts'
import { packageIfStale } from './package-if-stale.ts'
import { functionVariables, timeScaleOf } from './settings.ts'
import { startStack, type Stack } from './stack.ts'

const usage = `npm run demo [-- FILE]

Starts Drover on this machine, carries out the operations of FILE on simulated clouds, and shows what became of them.
  FILE   an example like examples/restart-fleet.json, which is the default, or one request as POST /v1/operations takes it
Exits 0 when every operation ended as the example expects.
  DROVER_TIME_SCALE   how many times faster than real time the clouds run (40)
`

/** A bare-metal server takes up to 15 minutes to restart: at this pace, 23 seconds. */
const TIME_SCALE = '40'
/**
 * How long an answer may be lost until "no trace" counts, in real seconds: clouds and waits can be made faster, the
 * machine that they run on cannot, and a request that it held up must not arrive after it was given up.
 */
const GRACE_SECONDS = '6'
/** More than the longest deadline of any job, an hour; a slow machine needs its time too. */
const PATIENCE_MS = 4_500_000
const LEAST_PATIENCE_MS = 90_000

const example = join(import.meta.dirname, '../../examples/restart-fleet.json')
const paint = paintFor(process.stdout)
const print = (...lines: string[]) => void process.stdout.write(`${lines.join('\n')}\n`)

/** The user's own settings come first; what is logged is not shown, but read. */
const environment = (variables: NodeJS.ProcessEnv): Record<string, string> => {
  const own = functionVariables(variables)
  const pace = own['DROVER_TIME_SCALE'] ? {} : { DROVER_TIME_SCALE: TIME_SCALE, DROVER_GRACE_SECONDS: GRACE_SECONDS }
  return { ...pace, ...own, LOG_LEVEL: 'info' }
}

const readDemo = async (file: string | undefined): Promise<Demo> => {
  // npm runs scripts in the project's folder; a path is meant from where the user is.
  const path = file === undefined ? example : resolve(process.env['INIT_CWD'] ?? process.cwd(), file)
  return parseDemoFile(await readFile(path, 'utf8'), file ?? 'examples/restart-fleet.json')
}

const introduce = ({ description, orders }: Demo, timeScale: number) => {
  const nodes = orders.reduce((sum, { nodeIds }) => sum + nodeIds.length, 0)
  const clouds = new Set(orders.map(({ provider }) => provider)).size
  print(
    '',
    paint('bold', description),
    [
      counted(orders.length, 'operation'),
      counted(nodes, 'node'),
      counted(clouds, 'provider'),
      `${timeScale} times faster than real time`,
    ].join(' · '),
    '',
  )
}

type Started = { stack?: Stack; screen?: Screen }

const main = async (started: Started, signal: AbortSignal): Promise<boolean> => {
  const { values, positionals } = parseArgs({
    options: { help: { type: 'boolean', short: 'h' } },
    allowPositionals: true,
  })
  if (positionals.length > 1) throw new Error(`one file at a time, please\n\n${usage}`)
  if (values.help) {
    print(usage)
    return true
  }
  const demo = await readDemo(positionals[0])
  const env = environment(process.env)
  const timeScale = timeScaleOf(env)

  await packageIfStale()
  const log: string[] = []
  started.stack = await startStack({ env, clouds: demo.simulators, onLog: (text) => log.push(...text.split('\n')) })
  introduce(demo, timeScale)
  const screen = createScreen(process.stdout, demo.orders.length, paint)
  started.screen = screen
  const begunAt = Date.now()
  const findings = await perform(demo, started.stack, {
    timeScale,
    patienceMs: Math.max(LEAST_PATIENCE_MS, PATIENCE_MS / timeScale),
    everyMs: 300,
    signal,
    log,
    onLook: (look) => screen.show(look, Date.now() - begunAt),
  })
  const { lines, passed } = report(findings, { width: process.stdout.columns ?? 100, paint })
  print(...lines)
  return passed
}

const aborting = new AbortController()
const started: Started = {}
const stop = () => {
  aborting.abort()
  // A part that does not stop must not keep the process.
  setTimeout(() => process.exit(1), 3000).unref()
}
whenOrphaned(stop)
for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(name, stop)

try {
  process.exitCode = (await main(started, aborting.signal)) ? 0 : 1
} catch (error) {
  process.stderr.write(
    aborting.signal.aborted ? '\nstopped\n' : `${error instanceof Error ? error.message : String(error)}\n`,
  )
  process.exitCode = aborting.signal.aborted ? 130 : 1
} finally {
  started.screen?.close()
  await started.stack?.close()
  process.exit()
}
