import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { functionNames } from '../../infra/function-names.ts'
import { providerIds } from '../../infra/providers.ts'
import { Settings } from '../../infra/settings.ts'
import { ofType, root, templateFile, textAt } from '../helpers/packaged.ts'

const read = (name: string) => readFileSync(join(root, name), 'utf8')

const operate = read('docs/operate.md')
const deploy = read('docs/deploy.md')

/** `errors-poller` as its heading has it: `errors-<function>`. */
const headingOf = (alarmName: string) => {
  const name = alarmName.replace(/^drover-dev-/, '')
  const [, kind = '', rest = ''] = /^(errors|throttles|oldest-message)-(.*)$/.exec(name) ?? []
  if (functionNames.includes(rest)) return `${kind}-<function>`
  const provider = providerIds.find((id) => rest === id || rest === `${id}-dead-letter`)
  return provider === undefined ? name : name.replace(provider, '<provider>')
}

const headings = [...operate.matchAll(/^### (.+)$/gm)].map(([, name]) => name)

describe('docs/operate.md', () => {
  const alarms = ofType('AWS::CloudWatch::Alarm').map(([, { Properties }]) => textAt(Properties, 'AlarmName'))

  test.each(alarms)('says what %s means and what to do', (name) => {
    expect(headings).toContain(headingOf(name))
  })

  test('speaks of no alarm that is not there', () => {
    expect(headings.filter((heading) => !alarms.some((name) => headingOf(name) === heading))).toEqual([])
  })
})

describe('docs/deploy.md', () => {
  test('has every parameter of a stage, and no other', () => {
    const [, params = ''] = /\nparams:\n([\s\S]*?)\nprovider:/.exec(read('serverless.yml')) ?? []
    const declared = new Set([...params.matchAll(/^ {4}(\w+):/gm)].map(([, name = '']) => name))
    const rows = deploy.split('\n').filter((line) => /^\| `\w+`(, `\w+`)? \| /.test(line))
    const described = rows.flatMap((row) => [...(row.split('|')[1] ?? '').matchAll(/`(\w+)`/g)].map(([, name]) => name))

    expect(new Set(described)).toEqual(declared)
    expect(Object.keys(Settings.shape).filter((name) => name !== 'stage' && !declared.has(name))).toEqual([])
  })

  test('has every export of the stack that other stacks are meant to import', () => {
    const { Outputs } = JSON.parse(readFileSync(templateFile, 'utf8')) as {
      Outputs: Record<string, { Export: { Name: string } }>
    }
    const meant = Object.values(Outputs)
      .map(({ Export }) => Export.Name)
      .filter((name) => name.startsWith('drover-dev-'))
      .map((name) => name.replace('drover-dev', ''))
      .map((name) =>
        providerIds.reduce((text, id) => text.replace(new RegExp(`queue-${id}-arn$`), 'queue-<provider>-arn'), name),
      )

    expect(meant.length).toBeGreaterThan(9)
    expect(meant.filter((name) => !deploy.includes(`${name}\``))).toEqual([])
  })

  test('names files that are there', () => {
    const linked = [...`${deploy}${operate}`.matchAll(/\]\((?!https:)([^)#]+)/g)].map(([, path = '']) => path)

    expect(linked.length).toBeGreaterThan(5)
    for (const path of linked) expect(() => read(join('docs', path))).not.toThrow()
  })
})
