import { readFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { Metafile } from 'esbuild'

export type BundleSize = {
  name: string
  path: string
  /** What is loaded when the function starts, and all that is in its folder, KB (1,000 bytes). */
  startKb: number
  wholeKb: number
}

/** What a module imports at its start, and so on: what it imports later, when it needs it, is not in it. */
const startsWith = (entry: string, outputs: Metafile['outputs']): Set<string> => {
  const found = new Set([entry])
  // A set that grows is gone through to its new end.
  for (const path of found) {
    for (const { path: next, kind, external } of outputs[path]?.imports ?? []) {
      if (kind === 'import-statement' && external !== true) found.add(next)
    }
  }
  return found
}

/** The functions' bundles, as the build's own account has them. */
export const bundleSizes = async (metafile: string): Promise<BundleSize[]> => {
  const { outputs } = JSON.parse(await readFile(metafile, 'utf8')) as Metafile
  const kbOf = (paths: Iterable<string>): number =>
    [...paths].reduce((sum, path) => sum + (outputs[path]?.bytes ?? 0), 0) / 1000
  return Object.entries(outputs)
    .filter(([, { entryPoint }]) => /^functions\/[^/]+\/handler\.ts$/.test(entryPoint ?? ''))
    .map(([path]) => ({
      name: dirname(path).split('/').at(-1) ?? path,
      path,
      startKb: kbOf(startsWith(path, outputs)),
      wholeKb: kbOf(Object.keys(outputs).filter((other) => dirname(other) === dirname(path))),
    }))
}
