import { describe, expect, test } from 'vitest'
import { judge } from '../../../../infra/local/demo/expectation.ts'
import { countsOf, endedRun, orderOf } from './builders.ts'

describe('an operation', () => {
  test('that ended as expected differs in nothing', () => {
    expect(judge(endedRun())).toEqual([])
  })

  test('is judged by the counts that the example names, and by no others', () => {
    const run = endedRun({ counts: countsOf({ unknown: 3, total: 5 }) })

    expect(judge(run)).toEqual([])
  })

  test('that ended otherwise is told with every difference', () => {
    const run = endedRun({ status: 'SUCCEEDED', counts: countsOf({ succeeded: 2, failed: 0 }) })

    expect(judge(run)).toEqual([
      'status is SUCCEEDED, expected PARTIAL',
      'succeeded: 2 nodes, expected 1',
      'failed: 0 nodes, expected 1',
    ])
  })

  test('that is still open is told with what is open', () => {
    const run = {
      ...endedRun(),
      view: {
        ...endedRun().view,
        status: 'RUNNING',
        endedAt: null,
        counts: countsOf({ succeeded: 0, failed: 0, running: 1, pending: 1 }),
        batches: [{ batchId: 'op-1.1', state: 'OUTCOME_UNKNOWN', nodes: 2, jobIds: [] }],
      },
    }

    expect(judge(run)).toEqual([
      'is still RUNNING: 1 node pending, 1 running',
      'batch op-1.1, 2 nodes: OUTCOME_UNKNOWN',
    ])
  })

  test.each([
    ['refused', { order: orderOf(), refusal: ['400 not valid', 'action: is missing'] }, 'action: is missing'],
    ['not sent', { order: orderOf() }, 'was not sent'],
    ['never seen again', { order: orderOf(), operationId: 'op-1', view: null }, 'was accepted and never seen'],
  ])('that was %s did not end as expected', (_, run, problem) => {
    expect(judge(run)).toContain(problem)
  })
})
