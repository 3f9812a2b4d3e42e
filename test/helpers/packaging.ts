import { execFile } from 'node:child_process'
import { cp, mkdtemp, readFile, rm, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { root } from './packaged.ts'

const run = promisify(execFile)

export type Packaged = { file: string; text: string; close: () => Promise<void> }

/**
 * Packages another stage, beside the project: osls empties the folder of the package it made before. Throws with what osls
 * says when it does not package.
 */
export const packageStage = async (stage: string, params: Record<string, string> = {}): Promise<Packaged> => {
  const folder = await mkdtemp(join(tmpdir(), 'drover-stage-'))
  const close = () => rm(folder, { recursive: true })
  try {
    const copied = ['serverless.yml', 'package.json', '.build']
    const linked = ['infra', 'lib', 'node_modules']
    await Promise.all(copied.map((name) => cp(join(root, name), join(folder, name), { recursive: true })))
    await Promise.all(linked.map((name) => symlink(join(root, name), join(folder, name))))
    const given = Object.entries(params).map(([name, value]) => `--param=${name}=${value}`)
    const script = join(folder, 'node_modules/osls/bin/serverless.js')
    await run(process.execPath, [script, 'package', '--stage', stage, ...given], { cwd: folder })
    const file = join(folder, '.serverless/cloudformation-template-update-stack.json')
    return { file, text: await readFile(file, 'utf8'), close }
  } catch (error) {
    await close()
    const { stdout = '', stderr = '' } = error as { stdout?: string; stderr?: string }
    throw new Error(`${String(error)}\n${stdout}${stderr}`, { cause: error })
  }
}
