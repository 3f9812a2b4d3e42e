import { describe, expect, it } from 'vitest'

import { reconcileRestart } from '../../../../lib/provider-kit/css/reconcile.ts'
import { CLUSTER, V1, answer, cluster, fakeCloud, fieldError, instance, lost } from './fake-cloud.ts'

const SENT = Date.parse('2026-03-01T09:58:20.500Z')
const BEFORE = '2026-03-01T09:58:19'

const reconcile = async (reply: ReturnType<typeof answer>) => {
  const cloud = fakeCloud(reply)
  const evidence = await reconcileRestart(lost({ sentAt: SENT }), cloud)
  const trace = evidence.kind === 'seen' ? evidence.traces.get(CLUSTER) : evidence.kind
  return { evidence, trace, requests: cloud.requests }
}

const traceOf = async (changes: Record<string, unknown>, headers: Record<string, string> = {}) =>
  (await reconcile(answer(200, cluster({ updated: BEFORE, ...changes }), headers))).trace

describe('a restart whose answer was lost', () => {
  it.each([
    ['the restart is listed', { actions: ['REBOOTING'] }],
    ['the restart is listed under another word', { actions: ['ROLLING_RESTARTING'] }],
    ['the cluster is at 100', { status: '100' }],
    ['a node is at 100', { instances: [instance('ess', '100')] }],
    ['the cluster changed after the call', { updated: '2026-03-01T09:59:00' }],
    ['the cluster changed in the second of the call', { updated: '2026-03-01T09:58:20' }],
    ['the time says its zone', { updated: '2026-03-01T10:59:00+01:00' }],
    ['it is unavailable since the call', { status: '303', updated: '2026-03-01T09:59:00' }],
  ])('was applied when %s', async (_, changes) => {
    const trace = await traceOf(changes)

    expect(trace).toBe('applied')
  })

  it.each([
    ['nothing goes on and the last change is older', {}],
    ['there is no time of the last change', { updated: undefined }],
    ['the time of the last change is no time', { updated: 'yesterday' }],
    ['the time of the last change is a number', { updated: 1 }],
    ['it was unavailable before', { status: '303' }],
    ['the cluster changed in the second before the call', { updated: '2026-03-01T09:58:19' }],
  ])('left no trace when %s', async (_, changes) => {
    const trace = await traceOf(changes)

    expect(trace).toBe('untouched')
  })

  it.each([
    ['another operation runs', { actions: ['SNAPSHOTTING'], updated: '2026-03-01T09:59:00' }],
    ['it is unavailable, nobody knows since when', { status: '303', updated: null }],
    ['a node is broken, nobody knows since when', { instances: [instance('ess', '303')], updated: null }],
    [
      'one of its nodes is broken, nobody knows since when',
      { instances: [instance('ess', '200'), instance('ess', '303')], updated: null },
    ],
  ])('cannot be judged when %s', async (_, changes) => {
    const trace = await traceOf(changes)

    expect(trace).toBe('unclear')
  })

  it("is judged by the provider's clock", async () => {
    // We received the answer at 10:00:00; the provider says 09:00:00, so the call was at 08:58:20 there.
    const headers = { date: 'Sun, 01 Mar 2026 09:00:00 GMT' }

    const after = await traceOf({ updated: '2026-03-01T08:58:30' }, headers)
    const before = await traceOf({ updated: '2026-03-01T08:58:10' }, headers)

    expect([after, before]).toStrictEqual(['applied', 'untouched'])
  })

  it('is judged by our clock when the provider shows none', async () => {
    const trace = await traceOf({ updated: '2026-03-01T09:59:00' }, { date: 'today' })

    expect(trace).toBe('applied')
  })

  it('is looked for by reading only, and says what was seen', async () => {
    const { evidence, requests } = await reconcile(answer(200, cluster({ actions: ['REBOOTING'] })))

    expect(evidence).toMatchObject({ kind: 'seen', jobIds: [], note: 'actions: REBOOTING' })
    expect(requests).toStrictEqual([{ method: 'GET', path: V1 }])
  })

  it('goes by times to the millisecond where the call was sent at the beginning of a second', async () => {
    const cloud = fakeCloud(answer(200, cluster({ updated: BEFORE })))

    const evidence = await reconcileRestart(lost({ sentAt: Date.parse('2026-03-01T09:58:20.000Z') }), cloud)

    expect(evidence).toMatchObject({ traces: new Map([[CLUSTER, 'untouched']]) })
  })

  it.each([
    [{ actions: ['REBOOTING', 'GROWING'] }, 'actions: REBOOTING, GROWING'],
    [{ actions: ['GROWING', 'SNAPSHOTTING'] }, 'another operation: GROWING, SNAPSHOTTING'],
    [{ status: '100' }, 'the cluster or a node is at status 100'],
    [{ updated: '2026-03-01T09:59:00' }, 'updated since the call'],
    [{ status: '303', updated: null }, 'status 303, unknown since when'],
    [{ updated: null }, 'no sign of a restart'],
    [{ updated: BEFORE }, 'not updated since the call'],
  ])('tells a person what was seen: %o', async (changes, note) => {
    expect((await reconcile(answer(200, cluster(changes)))).evidence).toMatchObject({ note })
  })

  it('cannot be judged by a cluster that is not shown to us', async () => {
    const { trace, evidence } = await reconcile(answer(403, fieldError('CSS.0015')))

    expect(trace).toBe('unclear')
    expect(evidence).toMatchObject({ note: expect.stringContaining('CSS.0015') })
  })

  it.each([
    ['a server error', answer(500), false],
    [
      'a refused credential',
      answer(401, { error_code: 'APIGW.0301', error_msg: 'Incorrect IAM authentication' }),
      true,
    ],
    ['a lost answer', { kind: 'lost', code: 'ETIMEDOUT', reason: 'timeout' } as const, false],
  ])('is looked for again after %s', async (_, reply, auth) => {
    const { evidence } = await reconcile(reply)

    expect(evidence).toMatchObject({ kind: 'unreadable', auth })
  })
})
