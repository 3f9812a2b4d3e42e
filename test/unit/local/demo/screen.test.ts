import { PassThrough } from 'node:stream'
import { describe, expect, test } from 'vitest'
import type { Look } from '../../../../infra/local/demo/follow.ts'
import { progressLine } from '../../../../infra/local/demo/progress.ts'
import { createScreen } from '../../../../infra/local/demo/screen.ts'
import { plainly } from '../../../../infra/local/demo/text.ts'
import { countsOf, endedRun, orderOf } from './builders.ts'

const running = {
  ...endedRun(),
  view: {
    ...endedRun().view,
    status: 'RUNNING',
    endedAt: null,
    counts: countsOf({ succeeded: 1, failed: 0, running: 1 }),
    batches: [
      { batchId: 'a', state: 'QUEUED', nodes: 1, jobIds: [] },
      { batchId: 'b', state: 'OUTCOME_UNKNOWN', nodes: 1, jobIds: [] },
    ],
  },
}

const look = (...runs: Look['runs']): Look => ({ runs, events: [], trouble: null })

const screenOn = (terminal: { rows: number } | undefined) => {
  const stream = Object.assign(new PassThrough({ encoding: 'utf8' }), { isTTY: terminal !== undefined, ...terminal })
  const screen = createScreen(stream as unknown as NodeJS.WriteStream, 1, plainly)
  return { screen, written: () => String(stream.read() ?? '') }
}

describe('a line of progress', () => {
  test.each([
    ['an operation that ended as expected', endedRun(), /^✔ otc-ecs +web servers +━{24} +2\/2 {2}PARTIAL {2}1 failed$/],
    ['one that did not', endedRun({ status: 'FAILED' }), /^✖ .* FAILED/],
    ['one that is under way', running, /^• .* ━{12}─{12} +1\/2 {2}1 waiting, 1 answer lost$/],
    ['one that is not sent', { order: orderOf() }, /^• .* 0\/2 {2}not sent yet$/],
    ['one that was refused', { order: orderOf(), refusal: ['400', 'a: b'] }, /^✖ .* refused: 400; a: b$/],
  ])('shows %s', (_, run, line) => {
    expect(progressLine(run, plainly)).toMatch(line)
  })
})

describe('a file', () => {
  test('gets a line when an operation has ended, once, and one for all every five seconds', () => {
    const { screen, written } = screenOn(undefined)

    for (const ms of [0, 1_000, 4_900]) screen.show(look(running), ms)
    for (const ms of [6_000, 7_000]) screen.show(look(endedRun()), ms)
    screen.close()

    const lines = written().trimEnd().split('\n')
    expect(lines.map((line) => line.slice(0, 7))).toEqual(['  0 s  ', '  6 s  ', '  6 s  '])
    expect(lines[0]).toBe('  0 s  1 of 2 nodes done · 0 of 1 operation ended · 0 events')
    expect(lines[1]).toContain('✔ otc-ecs')
  })
})

describe('a terminal', () => {
  test('is drawn over in place, and has its cursor back at the end', () => {
    const { screen, written } = screenOn({ rows: 40 })

    screen.show(look(running), 0)
    const first = written()
    screen.show(look(endedRun()), 300)
    const second = written()
    screen.close()

    expect(first).not.toContain('\u001B[2A')
    expect(second).toContain('\u001B[2A')
    expect(second).toContain('✔ otc-ecs')
    expect(written()).toBe('\u001B[?25h')
  })

  test('that is too low for all operations is written to like a file', () => {
    const { screen, written } = screenOn({ rows: 3 })

    screen.show(look(running), 0)

    expect(written()).not.toContain('\u001B')
  })
})
