import { describe, expect, it } from 'vitest'

import { pollRestarts } from '../../../../lib/provider-kit/css/poll.ts'
import type { FollowedJob } from '../../../../lib/provider-kit/provider.ts'
import { CLUSTER, NOW, V1, answer, cluster, fakeCloud, fieldError, instance, job } from './fake-cloud.ts'

const poll = async (reply: ReturnType<typeof answer>, changes: Partial<FollowedJob> = {}) => {
  const cloud = fakeCloud(reply)
  const [report] = await pollRestarts([job(changes)], cloud)
  return { report, requests: cloud.requests }
}

const LATE = { submittedAt: NOW - 60_000 }
const succeeded = { kind: 'ended', nodes: [{ nodeId: CLUSTER, outcome: 'succeeded', code: null, reason: null }] }

describe('a restart that goes on', () => {
  it.each([
    ["the vendor's own sample: everything 200, only actions tell", { actions: ['REBOOTING'] }],
    ['status 100 and no action', { status: '100' }],
    ['a status that is a number', { status: 100 }],
    ['a node at 100', { instances: [instance('ess', '200'), instance('ess', '100')] }],
    ['a node at 100 as a number', { instances: [instance('ess', 100)] }],
    ['an action that is a word and no list', { actions: 'REBOOTING' }],
  ])('is running and remembered as seen: %s', async (_, changes) => {
    const { report } = await poll(answer(200, cluster(changes)), LATE)

    expect(report).toStrictEqual({ kind: 'running', nodes: [], memo: 'restart seen' })
  })

  it.each([
    ['every node is back, the action still there', { actions: ['REBOOTING'] }],
    ['no action any more, a node not back', { instances: [instance('ess', '100')] }],
    ['a node is broken', { instances: [instance('ess', '303')] }],
    ['a node has no status', { instances: [instance('ess', undefined)] }],
    ['another operation runs', { actions: ['SNAPSHOTTING'] }],
    ['the status is an unknown word', { status: '400' }],
  ])('is not over while %s', async (_, changes) => {
    const { report } = await poll(answer(200, cluster(changes)), { ...LATE, memo: 'restart seen' })

    expect(report).toStrictEqual({ kind: 'running', nodes: [], memo: 'restart seen' })
  })

  it('is not over when the cluster still looks as before: it may not show the restart yet', async () => {
    const { report } = await poll(answer(200, cluster()), { submittedAt: NOW - 59_999 })

    expect(report).toStrictEqual({ kind: 'running', nodes: [] })
  })

  it("does not take another operation for the restart's beginning", async () => {
    const { report } = await poll(answer(200, cluster({ actions: ['SNAPSHOTTING'] })))

    expect(report).toStrictEqual({ kind: 'running', nodes: [] })
  })
})

describe('a restart that is over', () => {
  it('succeeded when the cluster is ready after the restart was seen', async () => {
    const { report, requests } = await poll(answer(200, cluster()), { memo: 'restart seen' })

    expect(report).toMatchObject(succeeded)
    expect(requests).toStrictEqual([{ method: 'GET', path: V1 }])
  })

  it('succeeded when the cluster is ready and had the time to show the restart', async () => {
    const { report } = await poll(answer(200, cluster()), LATE)

    expect(report).toMatchObject(succeeded)
  })

  it.each([
    ['numbers for statuses', { status: 200, instances: [instance('ess', 200)] }],
    ['no actions', { actions: undefined }],
    ['null for actions', { actions: null }],
    ['an empty word for actions', { actions: '' }],
    ['no instances', { instances: undefined }],
    ['null for instances', { instances: null }],
  ])('succeeded also with %s', async (_, changes) => {
    const { report } = await poll(answer(200, cluster(changes)), LATE)

    expect(report).toMatchObject(succeeded)
  })

  it('names the job id for support, and never asks for it', async () => {
    const { report, requests } = await poll(answer(200, cluster()), { ...LATE, jobIds: ['ff80'] })

    expect(report).toMatchObject({ nodes: [{ jobId: 'ff80' }] })
    expect(requests.map(({ path }) => path)).toStrictEqual([V1])
  })
})

describe('a cluster that is unavailable', () => {
  it.each([
    ['failed_reasons of 2021', { failed_reasons: { error_code: 'CSS.6002', error_msg: 'Failed to restart' } }],
    ['failed_reasons of the Go client', { failed_reasons: { errorCode: 'CSS.6002', errorMsg: 'Failed to restart' } }],
    ['failedReason of 2026', { failedReason: { errorCode: 'CSS.6002', errorMsg: 'Failed to restart' } }],
  ])('failed with the reason of %s', async (_, reason) => {
    const { report } = await poll(answer(200, cluster({ status: '303', ...reason })), { memo: 'restart seen' })

    expect(report).toMatchObject({
      kind: 'ended',
      nodes: [{ nodeId: CLUSTER, outcome: 'failed', code: 'CSS.6002', reason: 'Failed to restart' }],
    })
  })

  it.each([[{}], [{ failedReason: null }], [{ failedReason: 'broken' }], [{ failed_reasons: {} }]])(
    'failed with a reason of ours when it gives none: %j',
    async (reason) => {
      const { report } = await poll(answer(200, cluster({ status: 303, ...reason })), LATE)

      expect(report).toMatchObject({ nodes: [{ outcome: 'failed', code: 'ClusterUnavailable' }] })
    },
  )

  it('is not judged while it may still show the failure of an earlier restart', async () => {
    const { report } = await poll(answer(200, cluster({ status: '303' })))

    expect(report).toStrictEqual({ kind: 'running', nodes: [] })
  })

  it('is not judged at once while the restart is listed, and is judged when it had its time', async () => {
    const stuck = cluster({ status: '303', actions: ['REBOOTING'] })

    const early = await poll(answer(200, stuck), { memo: 'restart seen' })
    const soon = await poll(answer(200, stuck), { ...LATE, memo: 'restart seen' })
    const late = await poll(answer(200, stuck), { submittedAt: NOW - 5 * 60_000, memo: 'restart seen' })

    expect([early.report, soon.report]).toMatchObject([{ kind: 'running' }, { kind: 'running' }])
    expect(late.report).toMatchObject({ kind: 'ended', nodes: [{ outcome: 'failed' }] })
  })
})

describe('a look that failed', () => {
  it.each([
    ['403 CSS.0015, the answer for a missing cluster', answer(403, fieldError('CSS.0015')), 'CSS.0015'],
    ['404 CSS.0022', answer(404, fieldError('CSS.0022')), 'CSS.0022'],
  ])('says that the cluster is gone: %s', async (_, reply, code) => {
    const { report } = await poll(reply)

    expect(report).toMatchObject({ kind: 'gone', code })
  })

  it.each([
    ['an internal error', answer(400, fieldError('CSS.0036')), 'CSS.0036'],
    ['an error inside a success', answer(200, fieldError('CSS.0005')), 'CSS.0005'],
    ['a page', answer(500, '<html>CloudMiddleWareTomcat</html>'), 'HTTP.500'],
    ['a 404 in which CSS does not speak', answer(404), 'HTTP.404'],
    ['a page with 200', answer(200, '<html></html>'), 'HTTP.200'],
    ['a cluster without a status', answer(200, cluster({ status: undefined })), 'HTTP.200'],
    ['instances that are no list', answer(200, cluster({ instances: 'three' })), 'HTTP.200'],
    ['a cluster with 500', answer(500, cluster()), 'HTTP.500'],
    ['a timeout', { kind: 'lost', code: 'ETIMEDOUT', reason: 'timeout' } as const, 'ETIMEDOUT'],
    ['no connection', { kind: 'not-sent', code: 'ECONNREFUSED', reason: 'refused' } as const, 'ECONNREFUSED'],
  ])('says nothing of the job: %s', async (_, reply, code) => {
    const { report } = await poll(reply, LATE)

    expect(report).toMatchObject({ kind: 'unreadable', code, auth: false })
  })

  it('keeps the wait that the service asks for', async () => {
    const { report } = await poll(answer(429, '', { 'retry-after': '20' }))

    expect(report).toMatchObject({ kind: 'unreadable', waitMs: 20_000 })
  })

  it.each([
    [401, 'CSS.0051'],
    [403, 'CSS.0032'],
    [403, 'APIGW.0302'],
    [401, 'APIGW.0301'],
    [401, 'APIG.0301'],
  ])('tells a refused credential: %i %s', async (status, code) => {
    const { report } = await poll(answer(status, { error_code: code, error_msg: 'no' }))

    expect(report).toMatchObject({ kind: 'unreadable', code, auth: true })
  })
})

it('jobs are answered in their order, each from its own cluster', async () => {
  const other = '5a3c7d1e-0000-4000-8000-000000000002'
  const cloud = fakeCloud(answer(200, cluster({ actions: ['REBOOTING'] })), answer(200, cluster()))

  const reports = await pollRestarts([job(), job({ ...LATE, nodeIds: [other] })], cloud)

  expect(reports.map(({ kind }) => kind)).toStrictEqual(['running', 'ended'])
  expect(cloud.requests[1]?.path).toContain(other)
})
