import { parseArgs } from 'node:util'
import { simulate } from './simulate.ts'

const PER_RUN = 500

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: '1' },
    operations: { type: 'string', default: String(PER_RUN) },
    trace: { type: 'string' },
  },
})
const say = (line: string) => process.stdout.write(`${line}\n`)
const begun = performance.now()
let left = Number(values.operations)
let done = 0
for (let seed = Number(values.seed); left > 0; seed += 1) {
  const operations = Math.min(left, PER_RUN)
  const run = await simulate({ seed, operations })
  left -= operations
  done += operations
  const seconds = (performance.now() - begun) / 1000
  say(`seed ${seed}: ${run.accepted} of ${operations} accepted, ${run.nodes} nodes, ${run.steps} steps, ${run.events} events, ${(run.simulatedMs / 60000).toFixed(0)} min simulated, ${Math.round(done / seconds)} op/s ${JSON.stringify(run.statuses)}`)
  if (run.violations.length > 0) {
    const first = run.violations[0]!
    const lines: string[] = []
    await simulate({ seed, operations, trace: (line) => lines.push(line) })
    const about = /op-[0-9a-f]+/.exec(first.about)?.[0]
    const shown = about === undefined ? lines.slice(-150) : [lines[0] ?? '', ...lines.filter((line) => line.includes(about))]
    for (const line of shown) say(line.slice(0, 400))
    for (const { invariant, about: what, message } of run.violations.slice(0, 5)) say(`${invariant} ${what}: ${message}`)
    process.exit(1)
  }
}
