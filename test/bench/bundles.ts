import { execFile } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { promisify } from 'node:util'
import { bundleSizes } from './bundle-sizes.ts'
import { buildPeer } from './peer-bundle.ts'
import { against, fixed, note, printTable, ratio } from './print.ts'
import { median } from './statistics.ts'

const run = promisify(execFile)
const root = join(import.meta.dirname, '../..')
const ROUNDS = 9

const GOALS: Readonly<Record<string, { kb: number; ms: number }>> = {
  ingest: { kb: 450, ms: 50 },
  invoker: { kb: 650, ms: 70 },
  poller: { kb: 650, ms: 70 },
}

const env = {
  DROVER_STAGE: 'bench',
  TABLE_NAME: 'bench',
  EVENT_BUS_NAME: 'bench',
  AWS_REGION: 'eu-central-1',
  AWS_ACCESS_KEY_ID: 'bench',
  AWS_SECRET_ACCESS_KEY: 'bench',
}

/** How long a fresh process takes to import the module, ms. */
const importMs = async (path: string): Promise<number> => {
  const url = JSON.stringify(pathToFileURL(path).href)
  const script = `const from = performance.now(); await import(${url}); process.stdout.write(String(performance.now() - from)); process.exit()`
  const { stdout } = await run(process.execPath, ['--input-type=module', '--eval', script], { env })
  return Number(stdout)
}

/** Median of each, taken in turn, so that what else the machine does meets all of them alike. */
const importTimes = async (paths: readonly string[]): Promise<number[]> => {
  const taken = paths.map((): number[] => [])
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const [i, path] of paths.entries()) taken[i]?.push(await importMs(path))
  }
  return taken.map(median)
}

/** Figure 6: what a cold start has to read. */
export const bundles = async (): Promise<void> => {
  await run(process.execPath, [join(root, 'infra/build/bundle.ts')], { cwd: root })
  const sizes = await bundleSizes(join(root, '.build/meta.json'))
  const folder = await mkdtemp(join(tmpdir(), 'drover-bench-'))
  try {
    const peer = await buildPeer(root, folder)
    const [peerMs = Number.NaN, ...times] = await importTimes([peer.path, ...sizes.map(({ path }) => join(root, path))])
    const rows = sizes.map(({ name, startKb, wholeKb }, i) => {
      const ms = times[i] ?? Number.NaN
      const goal = GOALS[name]
      const [kbText, msText] = [fixed(startKb, 0), fixed(ms, 1)]
      const kb = goal === undefined ? [kbText, ''] : against(kbText, `≤ ${goal.kb}`, startKb <= goal.kb)
      const time = goal === undefined ? [msText, ''] : against(msText, `≤ ${goal.ms}`, ms <= goal.ms)
      return [name, ...kb, fixed(wholeKb, 0), ...time, ratio(startKb, peer.startKb), ratio(ms, peerMs)]
    })
    const peerRow = ['peer', fixed(peer.startKb, 0), '', fixed(peer.startKb, 0), fixed(peerMs, 1), '', '', '']
    const head = ['', 'KB at start', 'goal', 'KB in all', 'import ms', 'goal', 'KB to peer', 'ms to peer']
    printTable('6. Bundles', head, [...rows, peerRow])
    note(
      `KB minified (1,000 bytes); import: median of ${ROUNDS} fresh processes each, Node ${process.versions.node}.`,
      'KB in all: with what is loaded only when it is needed (credentials; the HTTP client, but in the invoker).',
      'Peer: the same packages in one bundle without code of ours, which took 69 ms on the machine the goals were set on.',
    )
  } finally {
    await rm(folder, { recursive: true })
  }
}
