import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as z from 'zod'

const Report = z.object({
  testResults: z.array(
    z.object({
      name: z.string(),
      message: z.string().default(''),
      assertionResults: z.array(
        z.object({ ancestorTitles: z.array(z.string()), title: z.string(), status: z.string() }),
      ),
    }),
  ),
})

/** What became of each test, by its full name (`describe > test`); those that were not run are left out. */
export type Outcomes = ReadonlyMap<string, 'passed' | 'failed'>

/** Runs these test files in the project at `root`, only tests with this name if one is given. Throws when they do not even load. */
export const runTests = (root: string, files: readonly string[], name?: string): Outcomes => {
  const folder = mkdtempSync(join(tmpdir(), 'guards-report-'))
  const output = join(folder, 'report.json')
  const only = name === undefined ? [] : ['-t', name.replaceAll(/[$()*+.?[\\\]^{|}]/g, String.raw`\$&`)]
  const vitest = join(root, 'node_modules/vitest/vitest.mjs')
  try {
    const { stderr } = spawnSync(
      process.execPath,
      [vitest, 'run', ...files, ...only, '--reporter=json', `--outputFile=${output}`],
      { cwd: root, encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 },
    )
    const { testResults } = Report.parse(JSON.parse(readFileSync(output, 'utf8')))
    const outcomes = new Map<string, 'passed' | 'failed'>()
    for (const { assertionResults } of testResults) {
      for (const { ancestorTitles, title, status } of assertionResults) {
        const fullName = [...ancestorTitles, title].join(' > ')
        if (status === 'passed' || status === 'failed') outcomes.set(fullName, status)
      }
    }
    if (outcomes.size === 0)
      throw new Error(`no test was run: ${testResults.map(({ message }) => message).join('\n') || stderr}`)
    return outcomes
  } finally {
    rmSync(folder, { recursive: true })
  }
}
