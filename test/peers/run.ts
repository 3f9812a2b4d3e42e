import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { packageIfStale } from '../../infra/local/package-if-stale.ts'
import { root } from '../helpers/packaged.ts'
import { findPython, makeVenv } from './venv.ts'

const found = findPython()
if ('missing' in found) {
  process.stdout.write(
    `\nSKIPPED: test:peers needs python3 (3.11 or newer, with venv): ${found.missing}.\n` +
      'SKIPPED: no template was linted, nothing ran on moto, no signer was compared with the official SDKs.\n\n',
  )
} else {
  makeVenv(found.identity)
  await packageIfStale()
  const vitest = [join(root, 'node_modules/vitest/vitest.mjs'), 'run', '--project', 'peers', ...process.argv.slice(2)]
  const { status } = spawnSync(process.execPath, vitest, { cwd: root, stdio: 'inherit' })
  process.exitCode = status ?? 1
}
