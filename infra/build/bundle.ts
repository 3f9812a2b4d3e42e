import { copyFile, mkdir, readdir, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { build } from 'esbuild'

const root = join(import.meta.dirname, '../..')
const sources = join(root, 'functions')
const target = join(root, '.build/functions')

const entries = async () => {
  const files = await readdir(sources, { recursive: true })
  return {
    handlers: files.filter((file) => /^[^/]+\/handler\.ts$/.test(file)),
    data: files.filter((file) => /^[^/]+\/[^/]+\.json$/.test(file)),
  }
}

/** A function that is gone must not be packaged from an old bundle. */
const removeOthers = async (kept: Set<string>) => {
  await mkdir(target, { recursive: true })
  const folders = await readdir(target)
  await Promise.all(
    folders.filter((name) => !kept.has(name)).map((name) => rm(join(target, name), { recursive: true })),
  )
}

/**
 * One ES module per function in `.build/functions/<name>/handler.mjs`, the SDK inside, and the JSON files of the
 * function's folder beside it. `.build/meta.json` says what is in the bundles.
 */
const bundle = async () => {
  const { handlers, data } = await entries()
  if (handlers.length === 0) throw new Error(`no functions/<name>/handler.ts under ${sources}`)
  await removeOthers(new Set(handlers.map((file) => dirname(file))))

  const { metafile } = await build({
    absWorkingDir: root,
    entryPoints: handlers.map((file) => join(sources, file)),
    outbase: sources,
    outdir: target,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    minify: true,
    platform: 'node',
    target: 'node24',
    format: 'esm',
    // The CommonJS builds that come first by default fail when they are loaded from an ES module.
    mainFields: ['module', 'main'],
    alias: { '@aws-sdk/credential-provider-node': join(import.meta.dirname, 'environment-credentials.ts') },
    legalComments: 'none',
    metafile: true,
    logLevel: 'warning',
    logOverride: { 'empty-import-meta': 'error' },
  })
  await Promise.all(data.map((file) => copyFile(join(sources, file), join(target, file))))
  await writeFile(join(root, '.build/meta.json'), JSON.stringify(metafile))
}

await bundle()
