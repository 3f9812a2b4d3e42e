import { describe, expect, test } from 'vitest'

import { qingcloudEhpc } from '../../../../lib/providers/qingcloud-ehpc/index.ts'
import type { Answer } from '../../../../lib/provider-kit/api.ts'
import type { FollowedJob } from '../../../../lib/provider-kit/provider.ts'
import {
  answer,
  fakeApi,
  html,
  job,
  lostAnswer,
  node,
  NODES,
  nodes,
  NOW,
  operations,
  OPERATIONS,
  refusal,
  row,
} from './fake-api.ts'

const poll = async (
  jobs: readonly FollowedJob[],
  list: Answer | readonly Answer[],
  reads: Record<string, Answer> = {},
  now = NOW,
) => {
  const fake = fakeApi({ [OPERATIONS]: list, ...reads }, now)
  const reports = await qingcloudEhpc.poll(jobs, fake.api)
  return { reports, report: reports[0], requests: fake.requests }
}

const three = ['cln-a', 'cln-b', 'cln-c']
const succeeded = { outcome: 'succeeded', code: null, reason: null }
/** 100 rows of other jobs, newest first, a second apart, from `start` on. */
const others = (start: number) =>
  Array.from({ length: 100 }, (_, i) =>
    row({ job_id: `j-other${i}`, create_time: new Date(start - i * 1000).toISOString() }),
  )

describe('one call for a cluster', () => {
  test('asks for the newest operations of the cluster', async () => {
    const { requests } = await poll([job()], operations([row()]))

    expect(requests).toEqual([
      {
        method: 'GET',
        path: OPERATIONS,
        query: { zone: 'jn1a', resource_ids: 'ehpc-8jqdq0mz', reverse: '1', limit: '100' },
      },
    ])
  })

  test('answers for every job of it, in their order', async () => {
    const rows = [row({ job_id: 'j-2', status: 'failed' }), row({ job_id: 'j-1', status: 'pending' })]

    const { reports, requests } = await poll(
      [job({ jobIds: ['j-1'] }), job({ jobIds: ['j-2'] }), job({ jobIds: ['j-3'] })],
      operations(rows),
    )

    expect(reports.map(({ kind }) => kind)).toEqual(['running', 'ended', 'gone'])
    expect(requests).toHaveLength(1)
  })

  test('no jobs, no call', async () => {
    const { reports, requests } = await poll([], operations([]))

    expect(reports).toEqual([])
    expect(requests).toEqual([])
  })

  test('jobs on nodes of a cluster and on the cluster itself meet in it, other clusters, zones and accounts do not', () => {
    const key = (change: Partial<FollowedJob>) => qingcloudEhpc.pollKey?.(job(change))
    const target = { zone: 'jn1a', clusterId: 'ehpc-8jqdq0mz' }

    expect(key({ action: 'stop' })).toBe(key({ action: 'restart' }))
    expect(key({ target: { ...target, clusterId: 'ehpc-other' } })).not.toBe(key({}))
    expect(key({ target: { ...target, zone: 'pek3' } })).not.toBe(key({}))
    expect(key({ target: { ...target, account: 'second' } })).not.toBe(key({}))
  })
})

describe('a job of a batch', () => {
  test.each(['pending', 'working', 'on its way', 'Pending '])('that is "%s" is running', async (status) => {
    const { report } = await poll([job()], operations([row({ status })]))

    expect(report).toMatchObject({ kind: 'running', nodes: [] })
  })

  test('that is successful has restarted every node', async () => {
    const { report } = await poll([job({ nodeIds: three })], operations([row()]))

    expect(report).toMatchObject({ kind: 'ended', nodes: [], rest: succeeded })
  })

  test.each([
    ['5000', '5000'],
    [5000, '5000'],
    [['1400', '5000'], '1400, 5000'],
    ['', 'JobFailed'],
    [null, 'JobFailed'],
    ['节点没有响应', 'JobFailed'],
  ])('that failed with error_codes %j has failed on every node, with code %s', async (error_codes, code) => {
    const { report } = await poll([job({ nodeIds: three })], operations([row({ status: 'failed', error_codes })]))

    expect(report).toMatchObject({ kind: 'ended', nodes: [], rest: { outcome: 'failed', code } })
  })

  test('that failed says what and why', async () => {
    const failed = row({ status: 'failed', error_codes: '节点没有响应' })

    const { reports } = await poll(
      [job(), job({ jobIds: ['j-2'] })],
      operations([failed, row({ job_id: 'j-2', status: 'failed', action_describe: '' })]),
    )

    expect(reports).toMatchObject([
      { rest: { reason: 'the job "重启集群节点" ended as "failed", error codes: 节点没有响应' } },
      { rest: { reason: 'the job ended as "failed"' } },
    ])
  })

  test('done with failure has failed on its one node', async () => {
    const { report } = await poll([job()], operations([row({ status: 'done with failure' })]))

    expect(report).toMatchObject({ kind: 'ended', rest: { outcome: 'failed', code: 'DoneWithFailure' } })
  })

  test('done with failure on several nodes does not say which', async () => {
    const { report } = await poll(
      [job({ nodeIds: three })],
      operations([row({ status: 'done with failure', error_codes: '5000' })]),
    )

    expect(report).toMatchObject({ kind: 'ended', rest: { outcome: 'unknown', code: 'DoneWithFailure' } })
  })

  test('a row without a status says nothing', async () => {
    const { report } = await poll([job()], operations([row({ status: undefined })]))

    expect(report).toMatchObject({ kind: 'unreadable', code: 'NoStatus' })
  })

  test('that is not listed is gone, which is no success', async () => {
    const { report } = await poll([job()], operations([row({ job_id: 'j-other' })]))

    expect(report).toMatchObject({ kind: 'gone', code: 'NotListed' })
  })
})

describe('a batch with two job ids', () => {
  test.each([
    ['2022-04-11T15:00:20Z', '2022-04-11T23:00:50+08:00', Date.parse('2022-04-11T15:00:50Z')],
    ['2022-04-11T15:00:20Z', '2022-04-11T15:00:50', undefined],
    ['2022-04-11T15:00:20Z', '', undefined],
  ])('ended when the last of them came to its status (%j, %j)', async (first, second, endedAt) => {
    const rows = [row({ job_id: 'j-1', status_time: first }), row({ job_id: 'j-2', status_time: second })]

    const { report } = await poll([job({ jobIds: ['j-1', 'j-2'] })], operations(rows))

    expect(report).toMatchObject({ kind: 'ended' })
    expect(report?.kind === 'ended' && report.endedAt).toBe(endedAt)
  })

  const two = job({ jobIds: ['j-1', 'j-2'], nodeIds: three })
  const rows = (first: string, second: string) =>
    operations([row({ job_id: 'j-1', status: first }), row({ job_id: 'j-2', status: second })])

  test.each([
    ['successful', 'successful', 'succeeded'],
    ['failed', 'failed', 'failed'],
    ['successful', 'failed', 'unknown'],
  ])('%s and %s is %s', async (first, second, outcome) => {
    const { report } = await poll([two], rows(first, second))

    expect(report).toMatchObject({ kind: 'ended', rest: { outcome } })
  })

  test('is running while one of them is', async () => {
    const { report } = await poll([two], rows('failed', 'pending'))

    expect(report?.kind).toBe('running')
  })

  test('is not judged by one of them alone', async () => {
    const { report } = await poll([two], operations([row({ job_id: 'j-1' })]))

    expect(report?.kind).toBe('gone')
  })
})

describe('a list of many pages', () => {
  test('is read on while a job is missing and there is more', async () => {
    const { report, requests } = await poll(
      [job({ submittedAt: NOW - 3_600_000 })],
      [operations(others(NOW), { total: 101 }), operations([row()], { total: 101 })],
    )

    expect(report?.kind).toBe('ended')
    expect(requests.map(({ query }) => query?.['offset'])).toEqual([undefined, '100'])
  })

  test('is not read on when all jobs are on its first page', async () => {
    const { requests } = await poll([job()], operations([row(), ...others(NOW).slice(1)], { total: 5000 }))

    expect(requests).toHaveLength(1)
  })

  test('is not read on into the time before the job', async () => {
    const { report, requests } = await poll([job()], operations(others(NOW), { total: 5000 }))

    expect(report?.kind).toBe('gone')
    expect(requests).toHaveLength(1)
  })

  test('is read on when it comes oldest first after all', async () => {
    const { report, requests } = await poll(
      [job()],
      [operations(others(NOW - 60_000).toReversed(), { total: 101 }), operations([row()], { total: 101 })],
    )

    expect(report?.kind).toBe('ended')
    expect(requests).toHaveLength(2)
  })

  test.each([
    ['pages without an end', [operations(others(NOW), { total: 100_000 })], 10, 'unreadable'],
    [
      'a page with nothing on it',
      [operations(others(NOW), { total: 200 }), operations([], { total: 200 })],
      2,
      'unreadable',
    ],
    [
      'a last page that says no total',
      [operations(others(NOW), { total: undefined }), operations([], { total: undefined })],
      2,
      'gone',
    ],
  ])('ends at %s, and says so where it may not have seen all', async (_, pages, calls, kind) => {
    const { report, requests } = await poll([job({ submittedAt: NOW - 3_600_000 })], pages)

    expect(report?.kind).toBe(kind)
    expect(requests).toHaveLength(calls)
  })
})

describe('a look that fails', () => {
  test.each([
    ['no answer', lostAnswer, { code: 'ETIMEDOUT', waitMs: null, auth: false }],
    ['a gateway error', html(502), { code: 'HTTP.502', waitMs: null, auth: false }],
    ['HTML in a 200', html(200), { code: 'HTTP.200', waitMs: null, auth: false }],
    ['another JSON', answer({ ret_code: 0 }), { code: 'HTTP.200', waitMs: null, auth: false }],
    [
      'an error inside a list',
      answer({ ret_code: 5000, job_set: [row()] }),
      { code: '5000', waitMs: null, auth: false },
    ],
    ['a used up quota', refusal('2500'), { code: '2500', waitMs: 300_000, auth: false }],
    ['a refused key', refusal(1200), { code: '1200', waitMs: null, auth: true }],
  ])('%s says nothing of the jobs', async (_, said, expected) => {
    const { reports } = await poll([job(), job({ jobIds: ['j-2'] })], said)

    expect(reports).toEqual([0, 1].map(() => expect.objectContaining({ kind: 'unreadable', ...expected })))
  })

  test('"not found" is a job that is gone', async () => {
    const { report } = await poll([job()], refusal(2100, 'ResourceNotFound'))

    expect(report).toEqual({ kind: 'gone', code: '2100', reason: 'ResourceNotFound' })
  })
})

describe('a batch without a job id', () => {
  const noId = { jobIds: [] }

  test('is found by its nodes, and remembered', async () => {
    const { report } = await poll([job(noId)], operations([row({ status: 'pending' })]))

    expect(report).toEqual({ kind: 'running', nodes: [], memo: 'j-he18e4khem2' })
  })

  test('is known by what was remembered', async () => {
    const { report } = await poll(
      [job({ ...noId, memo: 'j-9' })],
      operations([row(), row({ job_id: 'j-9', status: 'failed' })]),
    )

    expect(report).toMatchObject({ kind: 'ended', rest: { outcome: 'failed' } })
  })

  test('has its nodes named with the job that was found', async () => {
    const { report } = await poll([job(noId)], operations([row()]))

    expect(report).toMatchObject({
      kind: 'ended',
      nodes: [{ nodeId: 'cln-hzzvbtnh', outcome: 'succeeded', jobId: 'j-he18e4khem2' }],
    })
  })

  test('is not taken for the job of another batch', async () => {
    const { reports } = await poll([job(), job(noId)], operations([row()]))

    expect(reports.map(({ kind }) => kind)).toEqual(['ended', 'gone'])
  })

  test('does without an id in the list as well', async () => {
    const { reports } = await poll([job(noId)], operations([row({ job_id: undefined, status: 'pending' })]))
    const { report } = await poll([job(noId)], operations([row({ job_id: undefined })]))

    expect(reports).toEqual([{ kind: 'running', nodes: [] }])
    expect(report).toMatchObject({ kind: 'ended', nodes: [], rest: succeeded })
  })
})

describe('a deletion of several nodes that did not succeed as a whole', () => {
  const deletion = job({ action: 'delete', nodeIds: three })
  const look = (status: string, list: Answer) =>
    poll([deletion], operations([row({ status, error_codes: '5000' })]), { [NODES]: list })
  const rest = [node('cln-b'), node('cln-keeper')]

  test.each(['failed', 'done with failure'])('(%s) goes by which of them are gone', async (status) => {
    const { report } = await look(status, nodes(rest))

    expect(report).toMatchObject({
      kind: 'ended',
      nodes: [
        { nodeId: 'cln-a', ...succeeded },
        { nodeId: 'cln-b', outcome: 'failed', code: status === 'failed' ? '5000' : 'DoneWithFailure' },
        { nodeId: 'cln-c', ...succeeded },
      ],
    })
  })

  test('is not over while a node is leaving', async () => {
    const leaving = node('cln-b', 'compute', { transition_status: 'deleting' })
    const { report } = await look('failed', nodes([leaving, node('cln-keeper')]))

    expect(report).toEqual({
      kind: 'running',
      nodes: [
        { nodeId: 'cln-a', ...succeeded },
        { nodeId: 'cln-c', ...succeeded },
      ],
    })
  })

  test('leaves open what becomes of a node to which something else is being done', async () => {
    const changing = node('cln-b', 'compute', { transition_status: 'updating' })
    const { report } = await look('done with failure', nodes([changing, node('cln-keeper')]))

    expect(report).toMatchObject({ kind: 'ended', nodes: [{}, { nodeId: 'cln-b', outcome: 'unknown' }, {}] })
  })

  test('is looked at again when the nodes cannot be read', async () => {
    expect((await look('failed', html(503))).report).toMatchObject({ kind: 'unreadable', code: 'HTTP.503' })
  })

  test.each([
    ['shows no nodes', nodes([])],
    ['is not found', refusal(2100)],
  ])('is what its job says when the cluster %s', async (_, list) => {
    const { report } = await look('failed', list)

    expect(report).toMatchObject({ kind: 'ended', nodes: [], rest: { outcome: 'failed', code: '5000' } })
  })
})

describe('a deletion that no operation shows', () => {
  const deletion = job({ action: 'delete', jobIds: [], nodeIds: ['cln-a', 'cln-b'] })
  const look = (list: Answer, now = NOW) => poll([deletion], operations([]), { [NODES]: list }, now)
  const late = NOW + 60_001

  test('has succeeded when the nodes are gone', async () => {
    const { report } = await look(nodes([node('cln-c')]))

    expect(report).toMatchObject({
      kind: 'ended',
      nodes: [
        { nodeId: 'cln-a', outcome: 'succeeded' },
        { nodeId: 'cln-b', outcome: 'succeeded' },
      ],
    })
  })

  test('has not succeeded for a node that slipped between two pages', async () => {
    const all = Array.from({ length: 149 }, (_, i) => node(`cln-${i}`))
    const whole = [nodes(all.slice(0, 100), 150), nodes([...all.slice(100), node('cln-b')], 150)]
    // One of the first page was deleted between the two: what was the first of the second page is on neither.
    const shifted = [nodes(all.slice(0, 100), 150), nodes(all.slice(100), 149)]
    const fake = fakeApi({ [OPERATIONS]: operations([]), [NODES]: [...shifted, ...whole] })

    const [report] = await qingcloudEhpc.poll([deletion], fake.api)

    expect(report).toEqual({ kind: 'running', nodes: [{ nodeId: 'cln-a', ...succeeded }] })
  })

  test('is running while some are still there, and names those that are gone', async () => {
    const { report } = await look(nodes([node('cln-b'), node('cln-c')]))

    expect(report).toEqual({ kind: 'running', nodes: [{ nodeId: 'cln-a', ...succeeded }] })
  })

  test('is running as long as a node is leaving', async () => {
    const { report } = await look(nodes([node('cln-b', 'compute', { transition_status: 'deleting' })]), late)

    expect(report?.kind).toBe('running')
  })

  test.each([
    ['some nodes are still there', nodes([node('cln-b')])],
    ['the cluster shows no nodes at all', nodes([])],
  ])('is given up when it is late and %s', async (_, list) => {
    const { report } = await look(list, late)

    expect(report).toMatchObject({ kind: 'ended', rest: { outcome: 'unknown', code: 'JobGone' } })
  })

  test('says nothing when the nodes cannot be read', async () => {
    const { report } = await look(html(503))

    expect(report).toMatchObject({ kind: 'unreadable', code: 'HTTP.503' })
  })
})
