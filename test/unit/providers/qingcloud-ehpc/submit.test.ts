import { describe, expect, test } from 'vitest'

import type { Action } from '../../../../lib/domain/action.ts'
import { ehpcCodes } from '../../../../lib/providers/qingcloud-ehpc/codes.ts'
import { qingcloudEhpc } from '../../../../lib/providers/qingcloud-ehpc/index.ts'
import type { Answer } from '../../../../lib/provider-kit/api.ts'
import {
  answer,
  clusters,
  CLUSTERS,
  fakeApi,
  html,
  idsFor,
  lostAnswer,
  node,
  NODES,
  nodes,
  operations,
  OPERATIONS,
  refusal,
  row,
  work,
} from './fake-api.ts'

const paths = {
  restart: '/api/cluster/restartNodes',
  delete: '/api/cluster/deleteNodes',
  start: '/api/cluster/startCluster',
  stop: '/api/cluster/stopCluster',
} as const

const submit = async (
  action: Action,
  said: Answer,
  reads: Record<string, Answer> = {},
  nodeIds: readonly string[] = idsFor(action),
) => {
  const fake = fakeApi({ [paths[action]]: said, ...reads })
  const submission = await qingcloudEhpc.submit(work(action), nodeIds, fake.api)
  return { submission, requests: fake.requests, paths: fake.paths() }
}

const accepted = answer({ action: 'HpcClusterRestartClusterNodesResponse', job_id: 'j-he18e4khem2', ret_code: 0 })

describe('the call', () => {
  test.each([
    ['restart', '{"cluster_id": "ehpc-8jqdq0mz", "node_ids": ["cln-hzzvbtnh"], "zone": "jn1a"}'],
    ['delete', '{"cluster_id": "ehpc-8jqdq0mz", "node_ids": ["cln-hzzvbtnh"], "zone": "jn1a"}'],
    ['start', '{"cluster_ids": ["ehpc-8jqdq0mz"], "zone": "jn1a"}'],
    ['stop', '{"cluster_ids": ["ehpc-8jqdq0mz"], "zone": "jn1a"}'],
  ] as const)('%s is one POST with the documented body', async (action, body) => {
    const { submission, requests } = await submit(action, accepted)

    expect(requests).toEqual([{ method: 'POST', path: paths[action], body }])
    expect(submission).toEqual({ kind: 'accepted', jobIds: ['j-he18e4khem2'] })
  })
})

describe('an acceptance', () => {
  test.each([
    ['job_ids, a string', { job_ids: 'j-60tfxp7txad', ret_code: 0 }, ['j-60tfxp7txad']],
    ['job_ids, an array', { job_ids: ['j-60tfxp7txad', 'j-b'], ret_code: 0 }, ['j-60tfxp7txad', 'j-b']],
    ['job_id, an array', { job_id: ['j-60tfxp7txad'], ret_code: 0 }, ['j-60tfxp7txad']],
    ['both, the same', { job_id: 'j-60tfxp7txad', job_ids: ['j-60tfxp7txad'], ret_code: 0 }, ['j-60tfxp7txad']],
    ['ret_code as a string', { job_id: 'j-60tfxp7txad', ret_code: '0' }, ['j-60tfxp7txad']],
    ['no ret_code but a job', { job_id: 'j-60tfxp7txad' }, ['j-60tfxp7txad']],
    ['no job', { ret_code: 0 }, []],
    ['an id that is none', { job_id: '../x', ret_code: 0 }, []],
  ])('is read from %s', async (_, json, jobIds) => {
    const { submission } = await submit('delete', answer(json))

    expect(submission).toEqual({ kind: 'accepted', jobIds })
  })

  test.each([
    ['HTML', html(200)],
    ['an empty body', answer(undefined, { text: '' })],
    ['a list', answer([])],
    ['neither ret_code nor job', answer({ action: 'HpcClusterRestartClusterNodesResponse' })],
    ['a redirect', html(302)],
    ['a success inside a 502', answer({ job_id: 'j-60tfxp7txad', ret_code: 0 }, { status: 502 })],
    ['no whole answer', lostAnswer],
  ])('is not read from %s: it may have happened', async (_, said) => {
    const { submission } = await submit('restart', said)

    expect(submission.kind).toBe('ambiguous')
  })
})

describe('an error inside HTTP 200', () => {
  test.each([
    [1100, 'rejected'],
    [1200, 'rejected'],
    ['1200', 'rejected'],
    [1300, 'throttled'],
    [1503, 'rejected'],
    [2500, 'throttled'],
    [4003, 'rejected'],
    [5000, 'ambiguous'],
    [5100, 'ambiguous'],
    [5300, 'throttled'],
    [5400, 'throttled'],
    [9999, 'ambiguous'],
  ])('ret_code %s is %s', async (code, kind) => {
    const { submission, requests } = await submit('restart', refusal(code, 'so it is'))

    expect(submission).toMatchObject({ kind, code: String(code), reason: 'so it is' })
    expect(requests).toHaveLength(1)
  })

  test('is told by its number when it has no message', async () => {
    const { submission } = await submit('restart', answer({ ret_code: 1100 }))

    expect(submission).toMatchObject({ kind: 'rejected', reason: 'ret_code 1100' })
  })

  test('an expired signature is made anew at once, a used up quota waits long', () => {
    expect(ehpcCodes['1300']).toEqual({ means: 'throttled', waitMs: 1_000 })
    expect(ehpcCodes['2500']).toEqual({ means: 'throttled', waitMs: 300_000 })
  })
})

describe('1400 on nodes', () => {
  const longAgo = { create_time: '2022-04-11T14:59:00Z', status_time: '2022-04-11T14:59:07Z' }
  const calm = { [OPERATIONS]: operations([row(longAgo)]), [NODES]: nodes([node('cln-hzzvbtnh'), node('cln-b')]) }

  test.each(['pending', 'working'])('while an operation is %s is a busy cluster, worth waiting for', async (status) => {
    const { submission, paths: called } = await submit('restart', refusal(1400), {
      [OPERATIONS]: operations([row({ status })]),
    })

    expect(submission).toMatchObject({ kind: 'throttled', code: '1400', waitMs: 15_000 })
    expect(called).toEqual([paths.restart, OPERATIONS])
  })

  test('while the cluster itself is being started waits longer', async () => {
    const starting = row({ status: 'pending', job_action: 'HpcClusterStartCluster' })

    const { submission } = await submit('restart', refusal(1400), { [OPERATIONS]: operations([starting]) })

    expect(submission).toMatchObject({ kind: 'throttled', waitMs: 60_000 })
  })

  test('while a node is in transition is a busy cluster whose job is not listed yet', async () => {
    const moving = nodes([node('cln-hzzvbtnh'), node('cln-b', 'compute', { transition_status: 'restarting' })])

    const { submission } = await submit('restart', refusal(1400), { ...calm, [NODES]: moving })

    expect(submission).toMatchObject({ kind: 'throttled', waitMs: 15_000 })
  })

  test.each([
    ['an operation ended after the call was sent', '2022-04-11T15:00:14Z', 'throttled'],
    [
      'the operation ended in the second of the call, which the list does not tell apart',
      '2022-04-11T15:00:12Z',
      'throttled',
    ],
    ['the operation ended well before the call', '2022-04-11T15:00:10Z', 'rejected'],
    ['the operation does not say when it ended', '', 'rejected'],
  ])('when %s (%s) is %s', async (_, endedAt, kind) => {
    const ended = row({ create_time: '2022-04-11T15:00:05Z', status_time: endedAt })

    const { submission } = await submit('restart', refusal(1400), { ...calm, [OPERATIONS]: operations([ended]) })

    expect(submission).toMatchObject({ kind, code: '1400' })
  })

  test('in a cluster where nothing goes on may be due to one of the nodes', async () => {
    const { submission } = await submit('restart', refusal(1400, 'no'), calm)

    expect(submission).toEqual({ kind: 'rejected', code: '1400', reason: 'no', perNode: true })
  })

  test('where all of the nodes are stopped is due to no single one', async () => {
    const off = nodes([node('cln-hzzvbtnh', 'compute', { status: 'stopped' })])

    const { submission } = await submit('restart', refusal(1400), { ...calm, [NODES]: off })

    expect(submission).toMatchObject({ kind: 'rejected', perNode: false })
  })

  test('where one of the nodes is not known may be due to that one', async () => {
    const { submission } = await submit('restart', refusal(1400), calm, ['cln-hzzvbtnh', 'cln-x'])

    expect(submission).toMatchObject({ kind: 'rejected', perNode: true })
  })

  test('is judged by what is going on now, not by an operation whose end is not known', async () => {
    const { submission } = await submit('restart', refusal(1400), {
      ...calm,
      [OPERATIONS]: operations([row({ ...longAgo, status: 'odd' })]),
    })

    expect(submission.kind).toBe('rejected')
  })

  test.each([
    ['operations cannot be read now', { [OPERATIONS]: lostAnswer }, 'throttled'],
    ['nodes cannot be read now', { ...calm, [NODES]: html(503) }, 'throttled'],
    ['reading is over quota', { [OPERATIONS]: refusal(2500) }, 'throttled'],
    ['reading is not allowed', { [OPERATIONS]: refusal(1400) }, 'rejected'],
  ])('when %s', async (_, reads, kind) => {
    const { submission } = await submit('restart', refusal(1400), reads)

    expect(submission).toMatchObject({ kind, code: '1400' })
  })

  test('waits as long as the read was asked to', async () => {
    const { submission } = await submit('restart', refusal(1400), { [OPERATIONS]: refusal(2500) })

    expect(submission).toMatchObject({ waitMs: 300_000 })
  })
})

describe('1400 on a cluster', () => {
  const examined = (action: 'start' | 'stop', list: Answer, rows: readonly unknown[] = []) =>
    submit(action, refusal(1400), { [OPERATIONS]: operations(rows), [CLUSTERS]: list })

  test.each([
    ['start', 'active', 'achieved'],
    ['start', 'suspended', 'rejected'],
    ['stop', 'stopped', 'achieved'],
    ['stop', 'pending', 'rejected'],
  ] as const)('%s of one that is %s is %s', async (action, status, kind) => {
    const { submission } = await examined(action, clusters(status))

    expect(submission).toMatchObject({ kind, code: '1400' })
  })

  test('with an operation running on it is not at its goal, whatever its status', async () => {
    const { submission } = await examined('start', clusters('active'), [
      row({ status: 'pending', job_action: 'HpcClusterStopCluster' }),
    ])

    expect(submission).toMatchObject({ kind: 'throttled', waitMs: 60_000 })
  })

  test.each([
    ['in transition', clusters('active', 'stopping'), 'throttled'],
    ['not listed', answer({ cluster_set: [], ret_code: 0 }), 'rejected'],
    ['not readable', html(502), 'throttled'],
  ])('that is %s is judged by that', async (_, list, kind) => {
    const { submission } = await examined('stop', list)

    expect(submission).toMatchObject({ kind, code: '1400' })
  })
})

describe('2100', () => {
  const two = ['cln-hzzvbtnh', 'cln-b']

  test('for nodes that are gone from the cluster is a deletion that has nothing to do', async () => {
    const { submission } = await submit('delete', refusal(2100), { [NODES]: nodes([node('cln-c')]) }, two)

    expect(submission).toMatchObject({ kind: 'achieved', code: '2100', perNode: false })
  })

  test('for nodes that are not in the cluster is a restart that cannot be', async () => {
    const { submission } = await submit('restart', refusal(2100), { [NODES]: nodes([node('cln-c')]) }, two)

    expect(submission).toMatchObject({ kind: 'rejected', perNode: false })
  })

  test('with some of the nodes there is due to the others', async () => {
    const { submission } = await submit('delete', refusal(2100), { [NODES]: nodes([node('cln-b')]) }, two)

    expect(submission).toMatchObject({ kind: 'rejected', perNode: true })
  })

  test.each([
    ['shows no nodes', nodes([]), false],
    ['is itself not found', refusal(2100), false],
    ['cannot be read', html(502), true],
  ])('proves no deletion when the cluster %s', async (_, list, perNode) => {
    const { submission } = await submit('delete', refusal(2100), { [NODES]: list }, two)

    expect(submission).toMatchObject({ kind: 'rejected', perNode })
  })

  test('for a cluster is what it says', async () => {
    const { submission, requests } = await submit('start', refusal(2100))

    expect(submission).toMatchObject({ kind: 'rejected', code: '2100' })
    expect(requests).toHaveLength(1)
  })
})
