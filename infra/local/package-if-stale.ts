import { spawn } from 'node:child_process'
import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'

const root = join(import.meta.dirname, '../..')

/** What the package is made of. Folders count too: their time changes when a file in them is added or removed. */
const sources = ['serverless.yml', 'package.json', 'package-lock.json', 'functions', 'lib', 'infra']

const packaged = '.serverless/cloudformation-template-update-stack.json'

const timeOf = async (path: string) => {
  try {
    return (await stat(join(root, path))).mtimeMs
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return 0
    throw error
  }
}

const filesBelow = async (path: string): Promise<string[]> => {
  if (!(await stat(join(root, path))).isDirectory()) return [path]
  const entries = await readdir(join(root, path), { recursive: true })
  // What runs the stack is no part of what it runs.
  const used = entries.filter((entry) => !join(path, entry).startsWith(join('infra', 'local')))
  return [path, ...used.map((entry) => join(path, entry))]
}

const newest = async () => {
  const files = (await Promise.all(sources.map(filesBelow))).flat()
  return Math.max(...(await Promise.all(files.map(timeOf))))
}

/** Runs a script of this Node; what it prints goes to stderr. Throws when it fails. */
const run = (script: string, ...parameters: string[]) =>
  new Promise<void>((resolve, reject) => {
    const child = spawn(process.execPath, [join(root, script), ...parameters], { cwd: root, stdio: ['ignore', 2, 2] })
    child.once('error', reject)
    child.once('exit', (code) => (code === 0 ? resolve() : reject(new Error(`${script} ended with code ${code}`))))
  })

/** Makes the bundles and the template, as `npm run package` does, unless they are newer than everything they come from. */
export const packageIfStale = async () => {
  const [made, changed] = await Promise.all([timeOf(packaged), newest()])
  if (made > changed) return
  process.stderr.write('packaging …\n')
  await run('infra/build/bundle.ts')
  await run('node_modules/osls/bin/serverless.js', 'package')
}
