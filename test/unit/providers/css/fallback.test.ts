import { describe, expect, it } from 'vitest'

import { submitRestart } from '../../../../lib/provider-kit/css/submit.ts'
import {
  CLUSTER,
  NOW,
  V1,
  V2,
  answer,
  cluster,
  fakeCloud,
  fieldError,
  instance,
  unknownApi,
  work,
} from './fake-cloud.ts'

const sent = (cloud: ReturnType<typeof fakeCloud>) => cloud.requests.map(({ method, path }) => `${method} ${path}`)

describe('restart v1 that is not served', () => {
  it.each([
    ['the gateway knows no such API', unknownApi],
    ['404 without a code', answer(404, '<html>Not Found</html>')],
    ['405', answer(405)],
  ])('is said in v2 for the data nodes of the cluster: %s', async (_, reply) => {
    const cloud = fakeCloud(reply, answer(200, cluster()), answer(200))

    const submission = await submitRestart(work(), [CLUSTER], cloud)

    expect(submission).toStrictEqual({ kind: 'accepted', jobIds: [] })
    expect(sent(cloud)).toStrictEqual([`POST ${V1}/restart`, `GET ${V1}`, `POST ${V2}/restart`])
    expect(cloud.requests[2]?.body).toBe('{"type":"role","value":"ess"}')
  })

  it.each([
    [['ess-master', 'ess-cold', 'ess', 'ess-client', 'ess'], 'ess,ess-cold'],
    [['lgs', 'lgs'], 'lgs'],
  ])('names the data node types among %j', async (types, value) => {
    const seen = cluster({ instances: types.map((type) => instance(type, '200')) })
    const cloud = fakeCloud(unknownApi, answer(200, seen), answer(200))

    await submitRestart(work(), [CLUSTER], cloud)

    expect(JSON.parse(cloud.requests[2]?.body ?? '')).toStrictEqual({ type: 'role', value })
  })

  it('is rejected when the cluster shows no data node', async () => {
    const cloud = fakeCloud(unknownApi, answer(200, cluster({ instances: null })))

    const submission = await submitRestart(work(), [CLUSTER], cloud)

    expect(submission).toMatchObject({ kind: 'rejected', code: 'NoDataNodes' })
    expect(cloud.requests).toHaveLength(2)
  })

  it.each([
    ['cannot be found', answer(403, fieldError('CSS.0015')), 'rejected'],
    ['is nowhere', answer(404), 'rejected'],
    ['is not ours', answer(401, fieldError('CSS.0051')), 'rejected'],
    ['is asked for too often', answer(429), 'throttled'],
    ['cannot be read now', answer(503), 'not-sent'],
    ['is answered with a page', answer(200, '<html></html>'), 'not-sent'],
    ['does not answer', { kind: 'lost', code: 'ETIMEDOUT', reason: 'timeout' } as const, 'not-sent'],
    ['cannot be reached', { kind: 'not-sent', code: 'ENOTFOUND', reason: 'dns' } as const, 'not-sent'],
  ])('was not sent when the cluster %s: a read changes nothing', async (_, look, kind) => {
    const cloud = fakeCloud(unknownApi, look)

    const submission = await submitRestart(work(), [CLUSTER], cloud)

    expect(submission.kind).toBe(kind)
    expect(sent(cloud)).toStrictEqual([`POST ${V1}/restart`, `GET ${V1}`])
  })

  it('is rejected when v2 is not served either', async () => {
    const cloud = fakeCloud(unknownApi, answer(200, cluster()), unknownApi)

    const submission = await submitRestart(work(), [CLUSTER], cloud)

    expect(submission).toMatchObject({ kind: 'rejected', code: 'APIGW.0101' })
  })

  it.each([
    ['a 404 of CSS itself', answer(404, fieldError('CSS.0022'))],
    ['a lost answer', { kind: 'lost', code: 'ECONNRESET', reason: 'reset' } as const],
    ['a 500', answer(500)],
    ['a refusal', answer(403, fieldError('CSS.0015'))],
  ])('is not assumed from %s', async (_, reply) => {
    const cloud = fakeCloud(reply)

    await submitRestart(work(), [CLUSTER], cloud)

    expect(cloud.requests).toHaveLength(1)
  })
})

describe('a rolling restart', () => {
  const rolling = work({ rolling: true, roles: 'ess' })

  it('takes the deprecated path when the current one is not served', async () => {
    const cloud = fakeCloud(unknownApi, answer(200))

    const submission = await submitRestart(rolling, [CLUSTER], cloud)

    expect(submission.kind).toBe('accepted')
    expect(sent(cloud)).toStrictEqual([`POST ${V2}/rolling-restart`, `POST ${V2}/rolling_restart`])
    expect(cloud.requests[1]?.body).toBe(cloud.requests[0]?.body)
  })

  it('is rejected when neither path is served', async () => {
    const cloud = fakeCloud(unknownApi, unknownApi)

    const submission = await submitRestart(rolling, [CLUSTER], cloud)

    expect(submission).toMatchObject({ kind: 'rejected', code: 'APIGW.0101' })
  })

  it.each([
    ['a busy cluster', answer(409, fieldError('CSS.0011')), 'throttled'],
    ['too few nodes', answer(400, fieldError('CSS.0001')), 'rejected'],
    ['a lost answer', { kind: 'lost', code: 'ECONNRESET', reason: 'reset' } as const, 'ambiguous'],
  ])('is not tried on the other path after %s', async (_, reply, kind) => {
    const cloud = fakeCloud(reply)

    const submission = await submitRestart(rolling, [CLUSTER], cloud)

    expect(submission.kind).toBe(kind)
    expect(cloud.requests).toHaveLength(1)
  })
})

it.each([
  ['of data nodes', work(), [unknownApi, answer(200, cluster())]],
  ['that is rolling', work({ rolling: true, roles: 'ess' }), [unknownApi]],
])('a restart %s is not called a second time when the first answer took long', async (_, asked, answers) => {
  const cloud = fakeCloud(...answers)
  const slow = { ...cloud, now: () => NOW + cloud.requests.length * 12_001 }

  const submission = await submitRestart(asked, [CLUSTER], slow)

  expect(submission).toMatchObject({ kind: 'not-sent', code: 'Late' })
  expect(cloud.requests).toHaveLength(answers.length)
})

it('a restart of one node or of roles has no other path', async () => {
  const cloud = fakeCloud(unknownApi)

  const submission = await submitRestart(work({ rolling: false, node: 'n-1' }), [CLUSTER], cloud)

  expect(submission).toMatchObject({ kind: 'rejected', code: 'APIGW.0101' })
  expect(cloud.requests).toHaveLength(1)
})
