import { Stryker } from '@stryker-mutator/core'
import { groups } from './groups.ts'

/**
 * `npm run mutation -- state-machine ledger`: breaks the code of these groups, or of all, in every small way, and shows each
 * break that no test noticed. Fails when a group's tests notice less than 90 %.
 */
const names = process.argv.slice(2)
const isGroup = (name: string): name is keyof typeof groups => Object.hasOwn(groups, name)
const unknown = names.filter((name) => !isGroup(name))
if (unknown.length > 0)
  throw new RangeError(`no group ${unknown.join(', ')}; there are ${Object.keys(groups).join(', ')}`)

const NOTICED = new Set(['Killed', 'Timeout'])
const UNNOTICED = new Set(['Survived', 'NoCoverage'])
const REPORTS = '.data/mutation-report'

const lines: string[] = []
for (const name of (names.length === 0 ? Object.keys(groups) : names).filter(isGroup)) {
  const { mutate, dir } = groups[name]
  const begunAt = performance.now()
  // What misses the threshold of stryker.config.json sets the exit code.
  const mutants = await new Stryker({
    mutate,
    vitest: { dir },
    jsonReporter: { fileName: `${REPORTS}/${name}.json` },
    htmlReporter: { fileName: `${REPORTS}/${name}.html` },
  }).runMutationTest()
  const noticed = mutants.filter(({ status }) => NOTICED.has(status)).length
  const total = noticed + mutants.filter(({ status }) => UNNOTICED.has(status)).length
  const minutes = (performance.now() - begunAt) / 60_000
  lines.push(
    `${name}: ${noticed} of ${total} noticed, ${((100 * noticed) / total).toFixed(1)} %, ${minutes.toFixed(1)} min`,
  )
}
process.stdout.write(`\n${lines.join('\n')}\nReports: ${REPORTS}\n`)
