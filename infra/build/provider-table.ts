import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { ActionManifest, Manifest, Option } from '../../lib/domain/manifest.ts'
import { providers } from '../../lib/providers/registry.ts'

const START = '<!-- providers: made by `npm run readme` from the manifests -->'
const END = '<!-- providers end -->'

const optionText = (name: string, option: Option): string => {
  if (option.type === 'boolean') return `\`${name}\` (${option.default})`
  if (option.type === 'text') return `\`${name}\``
  const values = Object.keys(option.values).map((value) => (value === option.default ? `**${value}**` : value))
  return `\`${name}\`: ${values.join(', ')}`
}

const row = (manifest: Manifest, name: string, action: ActionManifest): string => {
  const options = Object.entries(action.options).map(([option, spec]) => optionText(option, spec))
  const target = Object.entries(action.target).map(([field, { optional }]) => (optional ? `${field}?` : field))
  const cells = [
    `\`${manifest.id}\``,
    name,
    target.join(', '),
    action.nodeKind,
    String(action.nodesPerCall),
    options.join('; ') || '–',
  ]
  return `| ${cells.join(' | ')} |`
}

const limits = (manifests: readonly Manifest[]): string[] =>
  manifests.flatMap(({ id, rateLimits }) => rateLimits.map(({ description }) => `- \`${id}\`: ${description}`))

/** The table of providers as the README shows it; everything in it comes from the manifests. */
export const providerTable = (manifests: readonly Manifest[]): string =>
  [
    START,
    '| provider | action | target | node | nodes per call | options (default) |',
    '|---|---|---|---|---|---|',
    ...manifests.flatMap((m) => Object.entries(m.actions).map(([name, action]) => row(m, name, action))),
    '',
    'Limits that hold over all operations and workers together:',
    '',
    ...limits(manifests),
    END,
  ].join('\n')

/** The text with its table of providers made anew. Throws when it has no place for one. */
export const withProviderTable = (
  readme: string,
  manifests: readonly Manifest[] = Object.values(providers).map((p) => p.manifest),
): string => {
  const start = readme.indexOf(START)
  const end = readme.indexOf(END)
  if (start === -1 || end < start) throw new Error('the README has no place for the table of providers')
  return readme.slice(0, start) + providerTable(manifests) + readme.slice(end + END.length)
}

if (import.meta.main) {
  const file = join(import.meta.dirname, '../../README.md')
  await writeFile(file, withProviderTable(await readFile(file, 'utf8')))
}
