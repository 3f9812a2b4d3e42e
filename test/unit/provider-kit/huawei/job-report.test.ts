import { describe, expect, it } from 'vitest'
import { ecsCodes } from '../../../../lib/provider-kit/huawei/ecs/codes.ts'
import { bmsCodes } from '../../../../lib/provider-kit/huawei/bms/codes.ts'
import { readJob } from '../../../../lib/provider-kit/huawei/job-document.ts'
import { jobReport } from '../../../../lib/provider-kit/huawei/job-report.ts'

const A = '616fb98f-46ca-475e-917e-2563e5a8cd19'
const B = '726fb98f-46ca-475e-917e-2563e5a8cd20'
const C = '836fb98f-46ca-475e-917e-2563e5a8cd21'

const sub = (status: string, serverId: string | undefined, more: object = {}) => ({
  job_id: `sub-${serverId}`,
  job_type: 'serverActions',
  status,
  entities: serverId === undefined ? {} : { server_id: serverId },
  ...more,
})
const job = (status: string, subJobs: unknown, more: object = {}) => ({
  job_id: 'ff80',
  job_type: 'serversAction',
  begin_time: '2026-01-05T10:00:00.807Z',
  end_time: '',
  status,
  entities: { sub_jobs_total: 2, sub_jobs: subJobs },
  ...more,
})
const report = (document: unknown, nodeIds: string[], codes = ecsCodes('restart')) =>
  jobReport(readJob(document)!, nodeIds, codes)

describe('a job', () => {
  it.each([undefined, null, '', [], {}, { job_id: 'x' }, { status: '' }, { status: 1 }])(
    'is not read from %j',
    (document) => {
      expect(readJob(document)).toBeUndefined()
    },
  )

  it('that runs reports the servers that are over', () => {
    const document = job('RUNNING', [sub('RUNNING', A), sub('SUCCESS', B, { error_code: null, fail_reason: null })])

    expect(report(document, [A, B])).toEqual({
      kind: 'running',
      nodes: [{ nodeId: B, outcome: 'succeeded', code: null, reason: null }],
    })
  })

  it('whose servers are all over is not over before it says so', () => {
    const document = job('RUNNING', [sub('SUCCESS', A), sub('SUCCESS', B)])

    expect(report(document, [A, B])).toMatchObject({ kind: 'running', nodes: [{ nodeId: A }, { nodeId: B }] })
  })

  it.each(['INIT', 'PENDING_PAYMENT', 'SOMETHING_NEW'])('in the status %s is pending', (status) => {
    expect(report(job(status, []), [A])).toEqual({ kind: 'running', nodes: [] })
  })

  it.each([
    ['2026-01-05T10:00:21.100Z', Date.parse('2026-01-05T10:00:21.100Z')],
    ['2026-01-05T18:00:21.100+08:00', Date.parse('2026-01-05T10:00:21.100Z')],
    ['2026-01-05T10:00:21.100', Date.parse('2026-01-05T10:00:21.100Z')],
    ['', undefined],
    [null, undefined],
    ['yesterday', undefined],
  ])('that is over ended at its end_time, %j', (end_time, endedAt) => {
    const document = job('SUCCESS', [sub('SUCCESS', A, { end_time: '2026-01-05T10:00:13.000Z' })], { end_time })

    const ended = report(document, [A])

    expect(ended).toMatchObject({ kind: 'ended' })
    expect(ended.kind === 'ended' && ended.endedAt).toBe(endedAt)
  })

  it('that failed tells the outcome of each server from its sub job, with the cause that stands there', () => {
    const failed = sub('FAIL', A, {
      error_code: 'Ecs.0227',
      fail_reason: 'Failed to reboot',
      entities: { server_id: A.toUpperCase(), errorcode_message: 'the server hangs' },
    })
    const document = job('FAIL', [failed, sub('SUCCESS', B)], {
      error_code: 'Common.0021',
      fail_reason: 'CollectInfoTask-fail',
    })

    const ended = report(document, [A, B])

    expect(ended).toMatchObject({
      kind: 'ended',
      nodes: [
        { nodeId: A, outcome: 'failed', code: 'Ecs.0227', reason: 'the server hangs' },
        { nodeId: B, outcome: 'succeeded', code: null },
      ],
      rest: {
        outcome: 'unknown',
        code: 'NotReported',
        reason: expect.stringContaining('Common.0021: CollectInfoTask-fail'),
      },
    })
  })

  it('that succeeded says nothing of a server that it does not name', () => {
    const ended = report(job('SUCCESS', [sub('SUCCESS', A), sub('SUCCESS', C)]), [A, B])

    expect(ended).toMatchObject({
      kind: 'ended',
      nodes: [{ nodeId: A, outcome: 'succeeded' }],
      rest: { outcome: 'unknown', code: 'NotReported' },
    })
  })

  it('that ended while a sub job has not leaves that server unknown', () => {
    const ended = report(job('FAIL', [sub('RUNNING', A), sub('SUCCESS', B)]), [A, B])

    expect(ended).toMatchObject({ kind: 'ended', nodes: [{ nodeId: B }], rest: { outcome: 'unknown' } })
  })

  it.each([
    ['an empty list', { sub_jobs_total: 0, sub_jobs: [] }],
    ['no list', {}],
    ['entities that are nothing', null],
    ['a server of its own', { server_id: A }],
    ['a list of entities', [{ server_id: A }]],
    ['an empty list of entities', []],
  ])('of one server, with %s, is that server’s', (_, entities) => {
    const document = { job_id: 'j', status: 'FAIL', error_code: 'BMS.1006', fail_reason: 'status null', entities }

    expect(report(document, [A])).toMatchObject({
      kind: 'ended',
      nodes: [{ nodeId: A, outcome: 'failed', code: 'BMS.1006', reason: 'status null', jobId: 'j' }],
    })
  })

  it('without sub jobs says nothing of several servers', () => {
    expect(report(job('FAIL', []), [A, B])).toMatchObject({ kind: 'ended', nodes: [], rest: { outcome: 'unknown' } })
  })

  it('reads the entities of a sub job as an object and as a list', () => {
    const document = job('SUCCESS', [sub('SUCCESS', A), { status: 'SUCCESS', entities: [{ server_id: B }] }])

    expect(report(document, [A, B])).toMatchObject({
      nodes: [
        { nodeId: A, outcome: 'succeeded' },
        { nodeId: B, outcome: 'succeeded' },
      ],
    })
  })

  it('takes a sub job without a server as that of the only server, and of no server among several', () => {
    const document = job('SUCCESS', [sub('SUCCESS', undefined), 'nonsense'])

    expect(report(document, [A])).toMatchObject({ nodes: [{ nodeId: A, outcome: 'succeeded' }] })
    expect(report(document, [A, B])).toMatchObject({ nodes: [] })
  })

  it('a server that is named twice is over and well when both are', () => {
    const reportOf = (first: string, second: string) => report(job('FAIL', [sub(first, A), sub(second, A)]), [A])

    expect(reportOf('SUCCESS', 'FAIL')).toMatchObject({ nodes: [{ outcome: 'failed', code: 'JobFailed' }] })
    expect(reportOf('SUCCESS', 'SUCCESS')).toMatchObject({ nodes: [{ outcome: 'succeeded' }] })
    expect(reportOf('SUCCESS', 'RUNNING')).toMatchObject({ nodes: [] })
  })

  it.each([
    ['delete of a server that is gone', 'Ecs.0114', ecsCodes('delete'), 'succeeded'],
    ['restart of a server that is gone', 'Ecs.0114', ecsCodes('restart'), 'failed'],
    ['stop of a stopped server', 'BMS.0039', bmsCodes('stop'), 'succeeded'],
    ['start of a running server', 'BMS.0038', bmsCodes('start'), 'succeeded'],
    ['restart of a stopped server', 'BMS.0039', bmsCodes('restart'), 'failed'],
  ] as const)('%s: %s in a sub job', (_, code, codes, outcome) => {
    const ended = report(job('FAIL', [sub('FAIL', A, { error_code: code, fail_reason: 'said' })]), [A], codes)

    expect(ended).toMatchObject({ nodes: [{ nodeId: A, outcome, code, reason: 'said' }] })
  })
})
