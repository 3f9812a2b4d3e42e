import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { Environment } from '../../lib/lambda/environment.ts'
import { at, ofType, root, textAt } from '../helpers/packaged.ts'

/** Read only where DROVER_LOCAL is set, which no deployment does; or a switch of one machine. */
const localOnly = new Set([
  'DROVER_LOCAL',
  'DROVER_TIME_SCALE',
  'DROVER_GRACE_SECONDS',
  'DROVER_DEADLINE_SECONDS',
  'PROVIDER_ENDPOINT_*',
  'PROVIDER_CREDENTIALS_*',
  'REMEDIATION_RULES_FILE',
])

const sourcesBelow = (folder: string) =>
  readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .map((file) => readFileSync(join(root, folder, file), 'utf8'))

/** Names read from an environment, and the beginnings of those that are put together: `QUEUE_URL_*`. */
const namesIn = (text: string) => [
  ...[...text.matchAll(/process\.env(?:\.|\[['"])([A-Z][A-Z0-9_]*)/g)].map(([, name = '']) => name),
  ...[...text.matchAll(/\{([^{}]*)\}: NodeJS\.ProcessEnv/g)].flatMap(
    ([, taken = '']) => taken.match(/\b[A-Z][A-Z0-9_]*\b/g) ?? [],
  ),
  ...[...text.matchAll(/`([A-Z][A-Z0-9_]*_)\$\{/g)].map(([, start = '']) => `${start}*`),
]

const read = new Set([
  ...Object.keys(Environment.shape),
  ...['functions', 'lib'].flatMap(sourcesBelow).flatMap(namesIn),
])
const deployed = [...read].filter((name) => !localOnly.has(name))

const functions = ofType('AWS::Lambda::Function').map(([id, { Properties }]) => {
  const folder = join(root, dirname(textAt(Properties, 'Handler')))
  const bundle = readdirSync(folder)
    .filter((file) => file.endsWith('.mjs'))
    .map((file) => readFileSync(join(folder, file), 'utf8'))
    .join('\n')
  return { id, bundle, variables: Object.keys(at(Properties, 'Environment', 'Variables') as Record<string, unknown>) }
})

const allQueues = new Set(
  functions.flatMap(({ variables }) => variables.filter((name) => name.startsWith('QUEUE_URL_'))),
)

const familyOf = (variable: string) => (variable.startsWith('QUEUE_URL_') ? 'QUEUE_URL_*' : variable)

describe('the environment', () => {
  test('is read by these names and no other', () => {
    expect(deployed.toSorted()).toEqual(['DROVER_STAGE', 'EVENT_BUS_NAME', 'LOG_LEVEL', 'QUEUE_URL_*', 'TABLE_NAME'])
    expect([...localOnly].filter((name) => !read.has(name))).toEqual([])
  })

  test.each(functions)('of $id has what its bundle reads', ({ bundle, variables }) => {
    const reads = deployed.filter((name) => bundle.includes(name.replace(/\*$/, '')))
    const missing = reads
      .flatMap((name) => (name === 'QUEUE_URL_*' ? [...allQueues] : [name]))
      .filter((name) => !variables.includes(name))

    expect(reads).toEqual(expect.arrayContaining(['DROVER_STAGE', 'TABLE_NAME']))
    expect(missing).toEqual([])
  })

  test.each(functions)('of $id has nothing that its bundle does not read', ({ bundle, variables }) => {
    const unread = variables.filter(
      (name) => !deployed.includes(familyOf(name)) || !bundle.includes(familyOf(name).replace(/\*$/, '')),
    )

    expect(unread).toEqual([])
  })
})
