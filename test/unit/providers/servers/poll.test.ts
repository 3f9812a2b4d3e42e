import { describe, expect, it } from 'vitest'
import type { Action } from '../../../../lib/domain/action.ts'
import type { Api } from '../../../../lib/provider-kit/api.ts'
import type { FollowedJob } from '../../../../lib/provider-kit/provider.ts'
import { otcBms } from '../../../../lib/providers/otc-bms/index.ts'
import { otcEcs } from '../../../../lib/providers/otc-ecs/index.ts'
import {
  A,
  answer,
  B,
  cloud,
  cloudWith,
  fleet,
  job,
  NOW,
  PROJECT,
  refusal,
  type Shown,
  timedOut,
} from './fake-cloud.ts'

const poll = async (followed: FollowedJob, api: Api, provider = otcEcs) => (await provider.poll([followed], api))[0]
const SUBMITTED = NOW - 120_000
const after = new Date(SUBMITTED + 40_000).toISOString()
const before = new Date(SUBMITTED - 5_000).toISOString()

describe('a look at a job', () => {
  it('asks for it by its id', async () => {
    const jobId = '70a599e0-31e7-49b7-b260-868f441e862b'
    const api = cloud(() => answer(200, { job_id: jobId, status: 'RUNNING', end_time: '', entities: {} }))

    const report = await poll(job('restart', { jobIds: [jobId] }), api)

    expect(report).toEqual({ kind: 'running', nodes: [] })
    expect(api.requests).toEqual([{ method: 'GET', path: `/v1/${PROJECT}/jobs/70a599e0-31e7-49b7-b260-868f441e862b` }])
  })

  it.each(['SUCCESS', 'FAIL'])('takes the %s of another job for no look at this one', async (status) => {
    const api = cloud(() => answer(200, { job_id: 'ff80other', status, entities: {} }))

    expect(await poll(job('restart', { nodeIds: [A] }), api)).toMatchObject({ kind: 'unreadable', code: 'OtherJob' })
  })

  it('knows a job by its id with or without dashes', async () => {
    const api = cloud(() =>
      answer(200, { job_id: '70A599E031E749B7B260868F441E862B', status: 'RUNNING', entities: {} }),
    )

    const report = await poll(job('restart', { jobIds: ['70a599e0-31e7-49b7-b260-868f441e862b'] }), api)

    expect(report).toMatchObject({ kind: 'running' })
  })

  it('tells that a job is gone', async () => {
    expect(
      await poll(
        job('restart'),
        cloud(() => refusal(400, 'Common.0011')),
      ),
    ).toEqual({
      kind: 'gone',
      code: 'Common.0011',
      reason: 'said',
    })
  })

  it.each([
    ['a lost answer', timedOut, { code: 'ETIMEDOUT' }],
    ['a query that failed', refusal(400, 'Common.0025'), { code: 'Common.0025', auth: false }],
    ['a throttle', answer(429, '', { 'retry-after': '9' }), { code: 'HTTP.429', waitMs: 9_000 }],
    ['HTML', answer(502, '<html>'), { code: 'HTTP.502' }],
    ['a document without a status', answer(200, { job_id: 'x' }), { code: 'HTTP.200' }],
    ['an error inside a 200', refusal(200, 'Common.0025'), { code: 'Common.0025' }],
    ['a job inside a 500', answer(500, { job_id: 'x', status: 'FAIL' }), { code: 'HTTP.500' }],
    ['a refused signature', answer(401, { error_code: 'APIGW.0301', error_msg: 'x' }), { auth: true }],
    ['a refused token', answer(403, { error_code: 'APIG.0307', error_msg: 'x' }), { auth: true }],
  ])('%s says nothing of the job', async (_, reply, expected) => {
    expect(
      await poll(
        job('restart'),
        cloud(() => reply),
      ),
    ).toMatchObject({ kind: 'unreadable', ...expected })
  })

  it('reports several jobs in their order', async () => {
    const api = cloud(({ path }) => (path.endsWith('j1') ? timedOut : refusal(400, 'Common.0011')))

    const reports = await otcEcs.poll([job('restart', { jobIds: ['j1'] }), job('restart', { jobIds: ['j2'] })], api)

    expect(reports.map(({ kind }) => kind)).toEqual(['unreadable', 'gone'])
  })
})

describe('a look at servers without a job', () => {
  const looked = (action: Action, shown: Shown | null, changes: Partial<FollowedJob> = {}) =>
    poll(job(action, { jobIds: [], nodeIds: [A], ...changes }), cloudWith({ [A]: shown }))

  it.each<[string, Action, Shown | null, object]>([
    ['restarted', 'restart', { updated: after }, { outcome: 'succeeded' }],
    ['started', 'start', { status: 'ACTIVE' }, { outcome: 'succeeded' }],
    ['stopped', 'stop', { status: 'SHUTOFF' }, { outcome: 'succeeded' }],
    ['gone on delete', 'delete', null, { outcome: 'succeeded' }],
    ['shown as deleted', 'delete', { status: 'DELETED' }, { outcome: 'succeeded' }],
    [
      'broken, with a cause',
      'restart',
      { status: 'ERROR', fault: { message: 'no host' } },
      { outcome: 'failed', code: 'ServerError', reason: 'no host' },
    ],
    ['broken', 'stop', { status: 'ERROR' }, { outcome: 'failed', reason: 'the server is in status ERROR' }],
    ['gone on restart', 'restart', null, { outcome: 'failed', code: 'ServerAbsent' }],
  ])('%s: ended', async (_, action, shown, expected) => {
    expect(await looked(action, shown)).toMatchObject({ kind: 'ended', nodes: [{ nodeId: A, ...expected }] })
  })

  it.each<[string, Action, Shown]>([
    ['restarting', 'restart', { status: 'REBOOT', updated: after }],
    ['restarting, seen in its task', 'restart', { task: 'rebooting_hard', updated: after }],
    ['not restarted yet', 'restart', { updated: before }],
    ['running, without a time of change', 'restart', { updated: 'unknown' }],
    ['stopping', 'stop', { task: 'powering-off' }],
    ['not stopped yet', 'stop', {}],
    ['stopped and being started again', 'stop', { status: 'SHUTOFF', task: 'powering-on' }],
    ['restarting when it should stop', 'stop', { status: 'REBOOT' }],
    ['starting', 'start', { status: 'SHUTOFF', task: 'powering-on' }],
    ['being deleted', 'delete', { task: 'deleting' }],
    ['stopped instead of restarted', 'restart', { status: 'SHUTOFF', updated: after }],
  ])('%s: running', async (_, action, shown) => {
    expect(await looked(action, shown)).toEqual({ kind: 'running', nodes: [] })
  })

  it('does not take an old failure for one of an action that may not show yet', async () => {
    expect(await looked('restart', { status: 'ERROR' }, { visibilityMs: 600_000 })).toMatchObject({ kind: 'running' })
    expect(await looked('restart', null, { visibilityMs: 600_000 })).toMatchObject({ kind: 'running' })
  })

  it('reports those that are over while others are not', async () => {
    const api = cloudWith({ [A]: { status: 'SHUTOFF' }, [B]: { task: 'powering-off' } })

    expect(await poll(job('stop', { jobIds: [] }), api)).toMatchObject({ kind: 'running', nodes: [{ nodeId: A }] })
  })

  it('leaves a server open that is in no list and was not proved to be absent', async () => {
    const api = cloud(({ path }) => (path.endsWith('/detail') ? answer(200, { servers: [] }) : timedOut))

    const report = await poll(job('stop', { jobIds: [], nodeIds: fleet(20) }), api)

    expect(report).toEqual({ kind: 'running', nodes: [] })
  })

  it('goes by the provider’s clock', async () => {
    const updated = new Date(SUBMITTED - 50_000).toISOString()
    const headers = { date: new Date(NOW - 60_000).toUTCString() }
    const api = cloudWith({ [A]: { updated } }, headers)

    expect(await poll(job('restart', { jobIds: [], nodeIds: [A] }), api)).toMatchObject({ kind: 'ended' })
  })

  it('a look that failed says nothing', async () => {
    expect(
      await poll(
        job('stop', { jobIds: [] }),
        cloud(() => timedOut),
      ),
    ).toMatchObject({ kind: 'unreadable' })
  })

  it('looks at bare metal in its own collection', async () => {
    const api = cloudWith({ [A]: { updated: after } })

    expect(await poll(job('restart', { jobIds: [], nodeIds: [A] }), api, otcBms)).toMatchObject({ kind: 'ended' })
    expect(api.requests[0]?.path).toBe(`/v1/${PROJECT}/baremetalservers/${A}`)
  })
})
