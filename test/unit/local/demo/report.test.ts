import { describe, expect, test } from 'vitest'
import { failureList } from '../../../../infra/local/demo/failure-list.ts'
import { outcomeTable } from '../../../../infra/local/demo/outcome-table.ts'
import { report, type Findings } from '../../../../infra/local/demo/report.ts'
import { plainly } from '../../../../infra/local/demo/text.ts'
import { countsOf, endedRun, endEvents, nodeOf, outcomes } from './builders.ts'

const run = endedRun()

const findings = (change: Partial<Findings> = {}): Findings => ({
  runs: [run],
  events: endEvents(),
  nodes: new Map([['op-1', outcomes]]),
  calls: [],
  faults: [],
  acted: new Map([['otc-ecs', ['n-1', 'n-2']]]),
  complaints: ['{"level":"warn"}'],
  timeScale: 40,
  tookMs: 30_400,
  ...change,
})

const told = (change: Partial<Findings> = {}) => {
  const { lines, passed } = report(findings(change), { width: 100, paint: plainly })
  return { text: lines.join('\n'), passed }
}

describe('the table of outcomes', () => {
  const table = (runs = [run], width = 80) => outcomeTable(runs, endEvents(), { timeScale: 40, width, paint: plainly })

  test('has counts, batches, jobs, the time in minutes of the clouds, and completion events of expected ones', () => {
    const [head = '', , row = ''] = table()

    expect(head.split(/\s+/)).toEqual(
      'provider nodes succeeded failed skipped unknown batches jobs took events'.split(' '),
    )
    expect(row.split(/\s+/)).toEqual(['otc-ecs', '2', '1', '1', '–', '–', '1', '1', '20:00', '2/2'])
  })

  test('has a line per provider and one for all of them, from the first begin to the last end', () => {
    const other = endedRun(
      { operationId: 'op-2', createdAt: '2026-01-05T09:59:59.000Z', endedAt: '2026-01-05T10:00:01.000Z' },
      { provider: 'otc-bms' },
    )

    const lines = table([run, other])

    expect(lines.map((line) => line.split(/\s+/)[0]).filter((word) => !word?.startsWith('─'))).toEqual([
      'provider',
      'otc-ecs',
      'otc-bms',
      'all',
    ])
    expect(lines.at(-1)).toMatch(/^all +4 +2 +2 .* 20:40 +2\/4$/)
  })

  test('fits a terminal of 80 columns, even with thousands of nodes', () => {
    const long = endedRun({ counts: countsOf({ total: 2500, succeeded: 2493 }) }, { provider: 'huaweicloud-ecs' })

    expect(Math.max(...table([long]).map((line) => line.length))).toBeLessThanOrEqual(80)
  })
})

describe('the list of failures', () => {
  const failed = (count: number, code = 'Ecs.0227') =>
    Array.from({ length: count }, (_, i) => nodeOf(`n-${i}`, 'failed', { code, reason: 'no' }))
  const list = (...groups: (readonly ReturnType<typeof nodeOf>[])[]) =>
    failureList(
      groups.map((nodes) => ({ run, nodes })),
      plainly,
    ).join('\n')

  test('puts nodes that failed alike together, with code and reason', () => {
    const text = list([nodeOf('n-9'), ...failed(2), nodeOf('n-7', 'unknown', { code: 'JobGone', reason: 'gone' })])

    expect(text).toBe(
      [
        'otc-ecs · web servers · 2 failed',
        '  Ecs.0227  no',
        '    n-0  n-1',
        'otc-ecs · web servers · 1 unknown',
        '  JobGone  gone',
        '    n-7',
      ].join('\n'),
    )
  })

  test('shows ten of a group and says how many more there are', () => {
    const text = list(failed(1_500))

    expect(text.match(/n-\d+/g)).toHaveLength(10)
    expect(text).toContain('… and 1,490 more')
  })

  test('shows forty in all', () => {
    const text = list(...['A', 'B', 'C', 'D', 'E'].map((code) => failed(12, code)))

    expect(text.match(/n-\d+/g)).toHaveLength(40)
    expect(text).toContain('E  no\n    … and 12 more')
  })

  test('is empty when all went well', () => {
    expect(list([nodeOf('n-1')])).toBe('')
  })
})

describe('the report', () => {
  test('of a demo in which all is as it must be passes, and has no complaints', () => {
    const { text, passed } = told()

    expect(passed).toBe(true)
    expect(text).toContain('Done in 30.4 s: every operation ended as expected.')
    expect(text).not.toMatch(/✖|What the stack said/)
  })

  test.each<[string, Partial<Findings>]>([
    ['an operation ended otherwise', { runs: [endedRun({ status: 'FAILED' })] }],
    ['an event is missing', { events: endEvents().slice(0, 1) }],
    ['a node has no outcome', { nodes: new Map() }],
    ['a node was acted on twice', { acted: new Map([['otc-ecs', ['n-1', 'n-1']]]) }],
  ])('does not pass when %s, and shows what the stack said', (_, change) => {
    const { text, passed } = told(change)

    expect(passed).toBe(false)
    expect(text).toContain('✖')
    expect(text).toContain('What the stack said last\n{"level":"warn"}')
  })

  test('of a demo that was given up says so', () => {
    const open = { ...run, view: { ...run.view, status: 'RUNNING', endedAt: null } }

    const { text, passed } = told({ runs: [open] })

    expect(passed).toBe(false)
    expect(text).toContain('Given up after 30.4 s')
    expect(text).toContain('is still RUNNING')
  })
})
