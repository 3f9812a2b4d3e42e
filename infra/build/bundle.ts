import { readdir, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { build, type Metafile } from 'esbuild'

const root = join(import.meta.dirname, '../..')
const sources = join(root, 'functions')
const target = join(root, '.build/functions')

const entries = async () => {
  const files = await readdir(sources, { recursive: true })
  return files.filter((file) => /^[^/]+\/handler\.ts$/.test(file))
}

/** An archive must have nothing of an older bundle: no function that is gone, no chunk of another name. */
const removeOthers = async (kept: Set<string>) => {
  const files = await readdir(target, { recursive: true, withFileTypes: true })
  const paths = files.filter((file) => file.isFile()).map(({ parentPath, name }) => join(parentPath, name))
  await Promise.all(paths.filter((path) => !kept.has(path)).map((path) => rm(path)))
}

const standIns = {
  '@aws-sdk/credential-provider-node': join(import.meta.dirname, 'environment-credentials.ts'),
  'cacheable-request': join(import.meta.dirname, 'unreached.ts'),
  bowser: join(import.meta.dirname, 'unreached.ts'),
}

/** One function: what its handler imports at its start is one module, what it may load later are chunks beside it. */
const bundleOne = (file: string) =>
  build({
    absWorkingDir: root,
    entryPoints: [join(sources, file)],
    outbase: sources,
    outdir: target,
    chunkNames: `${dirname(file)}/[name]-[hash]`,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    splitting: true,
    minify: true,
    platform: 'node',
    target: 'node24',
    format: 'esm',
    // The CommonJS builds that come first by default fail when they are loaded from an ES module.
    mainFields: ['module', 'main'],
    alias: standIns,
    inject: [join(import.meta.dirname, 'list-format.ts')],
    legalComments: 'none',
    metafile: true,
    logLevel: 'warning',
    logOverride: { 'empty-import-meta': 'error' },
  })

/**
 * One ES module per function in `.build/functions/<name>/handler.mjs`, the SDK inside, and beside it what it loads only when
 * it is needed. `.build/meta.json` says what is in the bundles.
 */
const bundle = async () => {
  const handlers = await entries()
  if (handlers.length === 0) throw new Error(`no functions/<name>/handler.ts under ${sources}`)
  const metafiles = (await Promise.all(handlers.map(bundleOne))).map(({ metafile }) => metafile)
  const inputs: Metafile['inputs'] = Object.assign({}, ...metafiles.map((one) => one.inputs))
  const outputs: Metafile['outputs'] = Object.assign({}, ...metafiles.map((one) => one.outputs))
  await removeOthers(new Set(Object.keys(outputs).map((path) => join(root, path))))
  await writeFile(join(root, '.build/meta.json'), JSON.stringify({ inputs, outputs } satisfies Metafile))
}

await bundle()
