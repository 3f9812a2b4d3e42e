import { parseArgs } from 'node:util'
import { WHEN_HELD } from '../../lib/domain/request.ts'
import { explore } from './exhaustive/explore.ts'
import { beginning } from './exhaustive/model.ts'

const { values } = parseArgs({ options: { faults: { type: 'string', default: '2' } } })
const faults = Number(values.faults)
if (!Number.isInteger(faults) || faults < 0) throw new RangeError('--faults must be a whole number')

const cases = WHEN_HELD.flatMap((first) => WHEN_HELD.map((second) => [first, second] as const))
for (const [first, second] of cases) {
  const began = performance.now()
  const { worlds, steps, ends, wrong } = explore(beginning([first, second], faults))
  const seconds = Math.round((performance.now() - began) / 1000)
  process.stdout.write(
    `${first} and ${second}, up to ${faults} faults: ${worlds.toLocaleString('en')} worlds, ${steps.toLocaleString('en')} steps, ${ends.toLocaleString('en')} ends, ${seconds} s: ${wrong === null ? 'nothing is wrong' : wrong.what}\n`,
  )
  if (wrong === null) continue
  for (const step of wrong.way) process.stdout.write(`  ${step}\n`)
  process.exitCode = 1
}
