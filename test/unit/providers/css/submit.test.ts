import { describe, expect, it } from 'vitest'

import { submitRestart } from '../../../../lib/provider-kit/css/submit.ts'
import { CLUSTER, V1, V2, answer, documentedError, fakeCloud, fieldError, work } from './fake-cloud.ts'

const submit = async (reply: ReturnType<typeof answer>, options = work().options) => {
  const cloud = fakeCloud(reply)
  const submission = await submitRestart(work(options), [CLUSTER], cloud)
  return { submission, requests: cloud.requests }
}

describe('which call a restart is', () => {
  it('is v1 without a body when no option is given, and reads nothing before', async () => {
    const { requests } = await submit(answer(200))

    expect(requests).toStrictEqual([{ method: 'POST', path: `${V1}/restart` }])
  })

  it.each([
    [{ rolling: false, roles: 'ess,ess-master' }, 'restart', '{"type":"role","value":"ess,ess-master"}'],
    [{ rolling: false, node: 'n-1' }, 'restart', '{"type":"node","value":"n-1"}'],
    [{ rolling: true }, 'rolling-restart', '{"type":"role","value":"all"}'],
    [{ rolling: true, roles: 'all' }, 'rolling-restart', '{"type":"role","value":"all"}'],
    [{ rolling: true, roles: 'ess' }, 'rolling-restart', '{"type":"role","value":"ess"}'],
  ])('is v2 for %j', async (options, verb, body) => {
    const { submission, requests } = await submit(answer(200), options)

    expect(requests).toStrictEqual([{ method: 'POST', path: `${V2}/${verb}`, body }])
    expect(submission).toStrictEqual({ kind: 'accepted', jobIds: [] })
  })

  it('encodes what stands in the path', async () => {
    const cloud = fakeCloud(answer(200))

    await submitRestart({ ...work(), target: { projectId: 'a/../b' } }, ['../c'], cloud)

    expect(cloud.requests[0]?.path).toBe('/v1.0/a%2F..%2Fb/clusters/..%2Fc/restart')
  })

  it.each([
    [{ rolling: true, node: 'n-1' }, /options\.node .*rolling/],
    [{ rolling: false, node: 'n-1', roles: 'ess' }, /options\.node .*roles/],
    [{ rolling: false, roles: 'all' }, /options\.roles .*rolling/],
  ])('is none for options that contradict each other: %j', async (options, reason) => {
    const cloud = fakeCloud()

    const submission = await submitRestart(work(options), [CLUSTER], cloud)

    expect(submission).toMatchObject({
      kind: 'rejected',
      code: 'OptionsConflict',
      reason: expect.stringMatching(reason),
    })
    expect(cloud.requests).toStrictEqual([])
  })

  it.each([[[]], [[CLUSTER, 'another']]])('is never one for the clusters %j', async (nodeIds) => {
    const cloud = fakeCloud(answer(200))

    await expect(submitRestart(work(), nodeIds, cloud)).rejects.toThrow('one cluster')

    expect(cloud.requests).toStrictEqual([])
  })
})

describe('a restart that was taken', () => {
  it.each([
    ['nothing', ''],
    ['white space', ' \r\n'],
    ['an empty object', {}],
    ['null', 'null'],
    ['an empty list of jobs', { jobId: [] }],
    ['a job id that fits no path', { jobId: '../../x' }],
    ['a job id of another type', { jobId: { id: 1 } }],
    ['a bare list', ['ff8080815fa0fa5e015fa365b6300007']],
  ])('is accepted with %s for a reply', async (_, body) => {
    const { submission } = await submit(answer(200, body))

    expect(submission).toStrictEqual({ kind: 'accepted', jobIds: [] })
  })

  it.each([
    ['a list, as in the sample', { jobId: ['ff8080815fa0fa5e015fa365b6300007'] }],
    ['a string, as in the table', { jobId: 'ff8080815fa0fa5e015fa365b6300007' }],
    [
      'a list with rubbish',
      { jobId: [null, 'ff8080815fa0fa5e015fa365b6300007', '', 'ff8080815fa0fa5e015fa365b6300007'] },
    ],
  ])('keeps its job id from %s', async (_, body) => {
    const { submission } = await submit(answer(200, body))

    expect(submission).toStrictEqual({ kind: 'accepted', jobIds: ['ff8080815fa0fa5e015fa365b6300007'] })
  })

  it.each([202, 204])('is accepted with %i and no body', async (status) => {
    const { submission } = await submit(answer(status))

    expect(submission).toStrictEqual({ kind: 'accepted', jobIds: [] })
  })
})

describe('a restart that was not taken', () => {
  it.each([
    [202, fieldError('CSS.0011')],
    [409, fieldError('CSS.0011')],
    [202, documentedError('CSS.0011')],
    [409, documentedError('CSS.0029')],
    [409, fieldError('CSS.3004')],
    [409, fieldError('CSS.4711')],
    [409, { conflictingRequest: { code: 409, message: 'busy' } }],
    [409, '<html>busy</html>'],
    [409, ''],
    [400, fieldError('CSS.0077')],
    [400, fieldError('CSS.5090')],
    [400, fieldError('CSS.5140')],
    [429, ''],
  ])('waits for a busy cluster or service: %i %j', async (status, body) => {
    const { submission } = await submit(answer(status, body))

    expect(submission).toMatchObject({ kind: 'throttled', waitMs: expect.any(Number) })
  })

  it('waits as long as the service says', async () => {
    const { submission } = await submit(answer(409, fieldError('CSS.0011'), { 'retry-after': '7' }))

    expect(submission).toMatchObject({ kind: 'throttled', code: 'CSS.0011', waitMs: 7_000 })
  })

  it.each([
    [403, 'CSS.0015'],
    [404, 'CSS.0016'],
    [404, 'CSS.0022'],
    [404, 'CSS.3027'],
    [400, 'CSS.5301'],
    [400, 'CSS.5073'],
    [400, 'CSS.5167'],
    [400, 'CSS.0001'],
    [409, 'CSS.0001'],
    [415, 'CSS.0004'],
    [419, 'CSS.0023'],
    [422, 'CSS.0040'],
    [401, 'CSS.0051'],
    [400, 'CSS.4711'],
  ])('is rejected for good with %i %s', async (status, code) => {
    const { submission, requests } = await submit(answer(status, fieldError(code)))

    expect(submission).toMatchObject({ kind: 'rejected', code })
    expect(requests).toHaveLength(1)
  })

  it('is rejected with 412, a precondition that v2 documents', async () => {
    const { submission } = await submit(answer(412), { rolling: false, roles: 'ess' })

    expect(submission).toMatchObject({ kind: 'rejected', code: 'HTTP.412' })
  })
})

describe('a restart that may have been taken', () => {
  it.each([
    ['"try again later" with 400', answer(400, fieldError('CSS.0036'))],
    ['an internal error', answer(500, fieldError('CSS.0005'))],
    ['a database error', answer(500, documentedError('CSS.1004'))],
    ['"failed"', answer(500, fieldError('CSS.9999'))],
    ['a page of the middleware', answer(500, '<html><head><title>CloudMiddleWareTomcat</title></head></html>')],
    ['a gateway without an answer', answer(502, '<html>Bad Gateway</html>')],
    ['an unavailable service', answer(503)],
    ['a success that is a page', answer(200, '<html></html>')],
    ['a success that was cut off', answer(200, '{"jobId":["ff80')],
    ['a success with an unknown error in it', answer(202, fieldError('CSS.4711'))],
    ['a redirect', answer(302)],
  ])('is ambiguous after %s, and nothing else is sent', async (_, reply) => {
    const { submission, requests } = await submit(reply)

    expect(submission.kind).toBe('ambiguous')
    expect(requests).toHaveLength(1)
  })

  it('is ambiguous when the answer was lost, and not sent when the request was never sent', async () => {
    const reset = await submit({ kind: 'lost', code: 'ECONNRESET', reason: 'reset' })
    const refused = await submit({ kind: 'not-sent', code: 'ECONNREFUSED', reason: 'refused' })

    expect(reset.submission).toMatchObject({ kind: 'ambiguous', code: 'ECONNRESET' })
    expect(refused.submission).toMatchObject({ kind: 'not-sent', code: 'ECONNREFUSED' })
  })
})
