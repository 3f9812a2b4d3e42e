import { describe, expect, test } from 'vitest'

import type { Action } from '../../../../lib/domain/action.ts'
import { parseRequest } from '../../../../lib/domain/parse-request.ts'
import type { InvalidRequest } from '../../../../lib/domain/problem.ts'
import { qingcloudEhpc } from '../../../../lib/providers/qingcloud-ehpc/index.ts'
import { pythonJson } from '../../../../lib/providers/qingcloud-ehpc/python-json.ts'

const actionOf = (action: Action) => qingcloudEhpc.manifest.actions[action]!
const fits = (pattern: string, text: string) => new RegExp(`^(?:${pattern})$`).test(text)

describe.each(['start', 'stop'] as const)('%s', (action) => {
  test('is for clusters and not for nodes, and says so', () => {
    const { nodeId, nodeKind, nodesPerCall } = actionOf(action)

    expect([nodeKind, nodesPerCall]).toEqual(['cluster', 1])
    expect(fits(nodeId.pattern, 'ehpc-8jqdq0mz')).toBe(true)
    expect(fits(nodeId.pattern, 'cln-hzzvbtnh')).toBe(false)
    expect(nodeId.description).toContain(`it has no API to ${action} single nodes`)
  })

  test('has no cluster in its target', () => {
    expect(Object.keys(actionOf(action).target)).toEqual(['zone', 'account'])
  })
})

describe.each(['restart', 'delete'] as const)('%s', (action) => {
  test.each(['CLN-HZZVBTNH', 'cln-', 'cln-../x', 'ehpc-8jqdq0mz', 'cln_2ediswnc'])(
    'does not take %s for a node',
    (id) => {
      expect(fits(actionOf(action).nodeId.pattern, id)).toBe(false)
    },
  )

  test.each([
    ['ehpc-8jqdq0mz', true],
    ['hpc-8jqdq0mz', true],
    ['cl-y5x1wl2c', false],
  ])('takes %s for a cluster: %s', (id, expected) => {
    expect(fits(actionOf(action).target['clusterId']!.pattern, id)).toBe(expected)
  })
})

test('the examples are what the patterns ask for', () => {
  const fields = Object.values(qingcloudEhpc.manifest.actions).flatMap(({ target, nodeId }) => [
    ...Object.values(target),
    nodeId,
  ])

  expect(fields.filter(({ pattern, example }) => !fits(pattern, example))).toEqual([])
})

test('all zones have one host', () => {
  expect(qingcloudEhpc.endpoint({ zone: 'jn1a' })).toBe('https://hpc.api.qingcloud.com')
})

test('credentials of another kind are refused', () => {
  const target = { zone: 'jn1a' }

  expect(() => qingcloudEhpc.signer({ accessKey: 'a', secretKey: 'b' }, target)).toThrow('accessKeyId')
  expect(qingcloudEhpc.signer({ accessKeyId: 'a', secretAccessKey: 'b' }, target)).toBeTypeOf('function')
})

test('a body is written as Python writes it', () => {
  expect(pythonJson({ zone: 'jn1a', list: ['é\u007f', '"\n', []], a: { b: '重' } })).toBe(
    String.raw`{"a": {"b": "\u91cd"}, "list": ["\u00e9\u007f", "\"\n", []], "zone": "jn1a"}`,
  )
})

describe('a request to start or stop nodes', () => {
  const problemsOf = (target: object, nodeIds: readonly string[]) => {
    try {
      parseRequest({ provider: 'qingcloud-ehpc', action: 'stop', target, nodeIds }, () => qingcloudEhpc.manifest)
    } catch (error) {
      return (error as InvalidRequest).problems
    }
    return []
  }

  test('is refused for its ids, and told why', () => {
    const problems = problemsOf({ zone: 'jn1a' }, ['cln-hzzvbtnh'])

    expect(problems).toMatchObject([{ path: 'nodeIds[0]' }])
    expect(problems[0]?.message).toContain('EHPC can only stop whole clusters')
  })

  test('is refused for the cluster in its target', () => {
    const problems = problemsOf({ zone: 'jn1a', clusterId: 'ehpc-8jqdq0mz' }, ['ehpc-8jqdq0mz'])

    expect(problems).toMatchObject([{ path: 'target.clusterId' }])
  })

  test('is a request to stop clusters when it names clusters', () => {
    expect(problemsOf({ zone: 'jn1a' }, ['ehpc-8jqdq0mz'])).toEqual([])
  })
})
