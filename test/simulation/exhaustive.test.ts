import { describe, expect, test } from 'vitest'
import { explore } from './exhaustive/explore.ts'
import { beginning } from './exhaustive/model.ts'
import { modelRules } from './exhaustive/rules.ts'

// Two triggers want the same two nodes, and two workers and a poller are at it. Every order of their steps is taken, with every
// answer of the cloud, and every way in which so many faults can fall in between. `npm run explore` goes further.
describe('whatever happens in whichever order, no node is acted on twice or by two, and every node ends', () => {
  test.each([
    ['both leave held nodes out', 'skip', 'skip', 0, { worlds: 439, ends: 52 }],
    ['both wait for held nodes', 'wait', 'wait', 0, { worlds: 2277, ends: 194 }],
    ['both leave held nodes out, with any fault', 'skip', 'skip', 1, { worlds: 18_725, ends: 692 }],
    ['one waits for held nodes, with any fault', 'skip', 'wait', 1, { worlds: 72_955, ends: 2240 }],
  ] as const)('%s', (_, first, second, faults, found) => {
    expect(explore(beginning([first, second], faults))).toMatchObject({ ...found, wrong: null })
  })
})

describe('the exploration sees', () => {
  const rulesWith = (timing: Partial<typeof modelRules.timing>) => ({
    ...modelRules,
    timing: { ...modelRules.timing, ...timing },
  })

  test('that without a grace time a node is acted on twice, and tells the way there', () => {
    const { wrong } = explore(beginning(['skip', 'skip'], 1), rulesWith({ graceMs: 0 }))

    expect(wrong?.what).toMatch(/^S1: n\d was acted on twice/)
    expect(wrong?.way.at(-1)).toMatch(/arrives|accepted/)
  })
})
