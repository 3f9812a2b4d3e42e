import { Stryker } from '@stryker-mutator/core'
import { groups } from './groups.ts'

const isGroup = (name: string): name is keyof typeof groups => Object.hasOwn(groups, name)
const names = process.argv.slice(2)
for (const name of names.length === 0 ? Object.keys(groups) : names) {
  if (!isGroup(name)) throw new Error(`there is no group ${name}, but ${Object.keys(groups).join(', ')}`)
  const { mutate, dir } = groups[name]
  await new Stryker({
    mutate,
    vitest: { configFile: 'test/mutation/vitest.config.ts', dir },
    jsonReporter: { fileName: `.data/mutation-report/${name}.json` },
    htmlReporter: { fileName: `.data/mutation-report/${name}.html` },
  }).runMutationTest()
}
