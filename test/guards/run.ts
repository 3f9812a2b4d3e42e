import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { root } from '../helpers/packaged.ts'
import { guardTable } from './guard-table.ts'
import { type Guard, guards } from './guards.ts'
import { runTests } from './vitest.ts'

/**
 * `npm run guards`: takes away one guard after the other, in a copy of the project, and runs the test that must notice; with
 * all of them in place the same tests pass. `--list` prints the guards and their tests as a table instead.
 */
const { values } = parseArgs({ options: { list: { type: 'boolean', default: false } } })

const print = (line: string): void => void process.stdout.write(`${line}\n`)

/** What a copy needs: the sources and how they are tested. */
const PARTS = [
  'functions',
  'lib',
  'infra',
  'test',
  'package.json',
  'tsconfig.json',
  'vitest.config.ts',
  'serverless.yml',
]

const copyProject = (): string => {
  const copy = mkdtempSync(join(tmpdir(), 'guards-'))
  for (const part of PARTS) cpSync(join(root, part), join(copy, part), { recursive: true })
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'))
  return copy
}

/** What is wrong with a guard, if anything: its line is not there, or nobody misses it. */
const wrongWith = ({ file, code, without, test }: Guard, copy: string): string | undefined => {
  const path = join(copy, file)
  const source = readFileSync(path, 'utf8')
  if (source.split(code).length !== 2) return `its code does not stand once in ${file}`
  writeFileSync(
    path,
    source.replace(code, () => without),
  )
  try {
    const outcome = runTests(copy, [test.file], test.name).get(test.name)
    return outcome === 'failed' ? undefined : `${test.file} does not notice: "${test.name}" ${outcome ?? 'was not run'}`
  } catch (error) {
    return String(error)
  } finally {
    writeFileSync(path, source)
  }
}

const prove = (): boolean => {
  const copy = copyProject()
  try {
    const outcomes = runTests(copy, [...new Set(guards.map(({ test }) => test.file))])
    let wrong = 0
    for (const guard of guards) {
      const passes = outcomes.get(guard.test.name) === 'passed'
      const what = passes ? wrongWith(guard, copy) : `"${guard.test.name}" does not pass with every guard in place`
      if (what !== undefined) wrong += 1
      print(what === undefined ? `✔ ${guard.promise}` : `✘ ${guard.promise}: ${what}`)
    }
    print(`${guards.length - wrong} of ${guards.length} guards are missed when they are taken away`)
    return wrong === 0
  } finally {
    rmSync(copy, { recursive: true })
  }
}

if (values.list) print(guardTable(guards))
else process.exitCode = prove() ? 0 : 1
