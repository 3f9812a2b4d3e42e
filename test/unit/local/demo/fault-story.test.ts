/* oxlint-disable unicorn/no-thenable -- the `then` of a fault is a plain object, never a function */
import { describe, expect, test } from 'vitest'
import { faultStory } from '../../../../infra/local/demo/fault-story.ts'
import { submissionsIn } from '../../../../infra/local/demo/submissions.ts'
import { plainly } from '../../../../infra/local/demo/text.ts'
import type { Fault } from '../../../../infra/local/simulators/simulator.ts'
import { endedRun } from './builders.ts'

const at = Date.parse('2026-01-05T10:00:00.000Z')

const submitted = (answer: string, seconds: number, batchId = 'op-1.1') =>
  JSON.stringify({
    level: 'info',
    time: new Date(at + seconds * 1000).toISOString(),
    message: 'batch submitted',
    operationId: 'op-1',
    batchId,
    answer,
  })

const lost: Fault = { when: 'after', then: { kind: 'close' } }
const busy: Fault = { when: 'before', then: { kind: 'reply', status: 429, body: '' } }

const story = (fault: Fault, log: readonly string[], happened: readonly number[] = [at]) =>
  faultStory([{ provider: 'otc-ecs', fault, at: happened }], {
    runs: [endedRun()],
    calls: submissionsIn(log),
    paint: plainly,
  })

describe('the story of a fault', () => {
  test('that lost an answer tells that nothing was sent twice', () => {
    expect(story(lost, [submitted('ambiguous', 1)])).toEqual([
      'otc-ecs · the cloud acted, but its answer was lost',
      '  web servers, 2 nodes: may have acted or not; its traces in the cloud prove it did: not sent again → PARTIAL',
    ])
  })

  test('that left no trace tells that the batch was sent again', () => {
    const [, line] = story({ ...lost, when: 'before' }, [submitted('ambiguous', 1), submitted('accepted', 9)])

    expect(line).toContain('no trace of it in the cloud: sent again')
  })

  test('that throttled tells that the batch waited', () => {
    expect(story(busy, [submitted('throttled', 1), submitted('accepted', 9)])).toEqual([
      'otc-ecs · the cloud did nothing, and it answered 429',
      '  web servers, 2 nodes: throttled: waited, then sent again → PARTIAL',
    ])
  })

  test('is that of the next call with an odd answer, not of those before or of those that never arrived', () => {
    const log = [
      submitted('throttled', -1, 'op-1.0'),
      submitted('accepted', 1, 'op-1.2'),
      submitted('not-sent', 2, 'op-1.3'),
      submitted('ambiguous', 3),
    ]

    expect(story(lost, log)[1]).toContain('2 nodes: may have acted or not')
  })

  test('that met no request says so', () => {
    expect(story(lost, [], [])[1]).toBe('  no request came that it could happen to')
  })

  test('of a batch that was split is told without its size', () => {
    expect(story(lost, [submitted('ambiguous', 1, 'op-1.9')])[1]).toMatch(
      /^ {2}web servers, a batch that was split later: .*again$/,
    )
  })

  test.each<[Fault['then'], string]>([
    [{ kind: 'hang', ms: 9 }, 'it never answered'],
    [{ kind: 'truncate', bytes: 9 }, 'its answer broke off'],
    [{ kind: 'delay', ms: 9000 }, 'it answered 9,000 ms late'],
    [{ kind: 'reply', status: 200, body: `{\n${'x'.repeat(99)}` }, `it answered 200 { ${'x'.repeat(57)}…`],
  ])('names what happened: %o', (then, words) => {
    expect(story({ when: 'after', then }, [])[0]).toBe(`otc-ecs · the cloud acted, but ${words}`)
  })
})

test('lines of a log that tell of no call are passed over', () => {
  const log = ['', 'no JSON: "batch submitted"', '{"message":"batch submitted"}', '{"message":"other"}']

  expect(submissionsIn([...log, submitted('accepted', 0)])).toMatchObject([{ time: at, answer: 'accepted' }])
})
