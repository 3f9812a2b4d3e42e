import { describe, expect, it } from 'vitest'
import { InvalidRequest, Refused } from '../../../lib/domain/problem.ts'
import { pathText } from '../../../lib/domain/problems.ts'

const problem = (path: string) => ({ path, message: 'is wrong' })

describe('an invalid request', () => {
  it('says one problem in the singular', () => {
    expect(new InvalidRequest([problem('a')]).message).toBe('1 problem: a is wrong')
  })

  it('says the first three of many in its message', () => {
    expect(new InvalidRequest(['a', 'b', 'c', 'd'].map(problem)).message).toBe(
      '4 problems: a is wrong; b is wrong; c is wrong',
    )
  })
})

describe('a refused request', () => {
  it('carries the rules that forbid it', () => {
    const refused = new Refused('not now', [problem('nodeIds')])

    expect(refused).toMatchObject({ name: 'Refused', message: 'not now', problems: [problem('nodeIds')] })
  })
})

describe('the path of a problem', () => {
  it.each([
    [[], ''],
    [['rollout', 'batchSize'], 'rollout.batchSize'],
    [['nodeIds', 3], 'nodeIds[3]'],
    [['a\nb'], 'a\\nb'],
  ])('of %j is "%s"', (path, text) => {
    expect(pathText(path)).toBe(text)
  })
})
