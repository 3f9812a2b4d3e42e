import { describe, expect, test } from 'vitest'

import { createCssSimulator } from '../../../../infra/local/simulators/css.ts'
import type { CssFleet, CssOddities, CssProvider } from '../../../../infra/local/simulators/css.ts'
import { serve } from '../../../../infra/local/simulators/serve.ts'
import { cssCredentials, cssRequest } from '../../../helpers/css-client.ts'
import { lostAnswer } from '../../../helpers/lost-answer.ts'
import { simClock } from '../../../helpers/sim-clock.ts'

type Cluster = Record<string, unknown> & {
  status: string
  actions: string[]
  instances: { id: string; status: string }[]
}

const projectId = '6204a5bd270343b5885144cf9c8c158d'
const mixedId = '47e49a5e-8ced-4d0d-ae15-2af62ac468e3'
const smallId = '4f3deec3-efa8-4598-bf91-560aad1377a3'
const frozenId = '5a3deec3-efa8-4598-bf91-560aad1377a3'
const unknownId = '00000000-0000-4000-8000-000000000001'

const fleet: Partial<CssFleet> = {
  unknown: 'missing',
  clusters: [
    {
      id: mixedId,
      projectId,
      nodes: [
        { id: 'd1', type: 'ess' },
        { id: 'd2', type: 'ess' },
        { id: 'm1', type: 'ess-master' },
      ],
    },
    { id: smallId, projectId, nodes: [{ id: 's1', type: 'ess' }] },
    { id: frozenId, projectId, frozen: true, nodes: [{ id: 'f1', type: 'ess' }] },
  ],
}

type Options = { provider?: CssProvider; fleet?: Partial<CssFleet>; oddities?: Partial<CssOddities>; scale?: number }

const setUp = ({ provider = 'otc-css', oddities = {}, ...options }: Options = {}) => {
  const clock = simClock(options.scale)
  const simulator = createCssSimulator({
    provider,
    clock,
    seed: 1,
    credentials: cssCredentials,
    fleet: { ...fleet, ...options.fleet },
    oddities: { unseenMs: [10_000, 10_000], restartMs: [40_000, 40_000], trailingMs: [5_000, 5_000], ...oddities },
  })
  const call = (method: 'GET' | 'POST', rest: string, body?: unknown, query?: string) => {
    const version = rest.startsWith('v2') ? 'v2.0' : 'v1.0'
    const path = `/${version}/${projectId}/clusters${rest.replace(/^v[12]/u, '')}`
    const more = { ...(body === undefined ? {} : { body }), ...(query === undefined ? {} : { query }) }
    return simulator.handle(cssRequest({ method, path, at: clock.now(), projectId, ...more }))
  }
  const restart = (id = mixedId) => call('POST', `v1/${id}/restart`)
  const show = (id = mixedId) => JSON.parse(call('GET', `v1/${id}`).body.toString()) as Cluster
  const nodes = (id = mixedId) => Object.fromEntries(show(id).instances.map((node) => [node.id, node.status]))
  return { clock, simulator, call, restart, show, nodes }
}

describe('the clock of a restart', () => {
  test('first nothing shows, then REBOOTING, then each node comes back, then the action goes', () => {
    const { clock, restart, show, nodes } = setUp()
    const look = () => ({ status: show().status, actions: show().actions, nodes: nodes() })

    const reply = restart()
    const unseen = look()
    clock.advance(10_000)
    const started = look()
    clock.advance(20_000)
    const halfWay = look()
    clock.advance(20_000)
    const trailing = look()
    clock.advance(5_000)
    const over = look()

    expect(reply.status).toBe(200)
    expect(unseen).toEqual({ status: '200', actions: [], nodes: { d1: '200', d2: '200', m1: '200' } })
    expect(started).toEqual({ status: '100', actions: ['REBOOTING'], nodes: { d1: '100', d2: '100', m1: '200' } })
    expect(halfWay.nodes).toEqual({ d1: '200', d2: '100', m1: '200' })
    expect(trailing).toEqual({ status: '100', actions: ['REBOOTING'], nodes: { d1: '200', d2: '200', m1: '200' } })
    expect(over).toEqual(unseen)
  })

  test("can leave every status at 200, as in the vendor's list sample, so that only actions tell", () => {
    const { clock, restart, show, nodes } = setUp({ oddities: { restartingStatus: '200', restartingNodes: 'stay' } })
    restart()
    clock.advance(11_000)

    const cluster = show()

    expect(cluster).toMatchObject({ status: '200', actions: ['REBOOTING'], actionProgress: {} })
    expect(Object.values(nodes())).toEqual(['200', '200', '200'])
  })

  test('takes about a minute with nothing set', () => {
    const clock = simClock()
    const simulator = createCssSimulator({ provider: 'otc-css', clock, seed: 7, credentials: cssCredentials })
    const ask = (method: 'GET' | 'POST', path: string) =>
      simulator.handle(
        cssRequest({ method, path: `/v1.0/${projectId}/clusters/${unknownId}${path}`, at: clock.now(), projectId }),
      )
    ask('POST', '/restart')
    const seen: number[] = []
    for (let second = 0; second < 120; second += 1) {
      if (ask('GET', '').body.toString().includes('REBOOTING')) seen.push(second)
      clock.advance(1_000)
    }

    expect(seen[0]).toBeLessThanOrEqual(20)
    expect(seen.at(-1)).toBeGreaterThanOrEqual(38)
    expect(seen.at(-1)).toBeLessThanOrEqual(73)
  })

  test('runs faster with the scale', () => {
    const { clock, restart, show } = setUp({ scale: 100 })
    restart()
    clock.advance(110)
    const during = show().actions
    clock.advance(450)

    expect([during, show().actions]).toEqual([['REBOOTING'], []])
  })

  test('moves updated, in times without a zone', () => {
    const { clock, restart, show } = setUp()
    const before = show()['updated']
    restart()
    const unseen = show()['updated']
    clock.advance(60_000)

    expect([before, unseen, show()['updated']]).toEqual([
      '2025-12-06T10:00:00',
      '2025-12-06T10:00:00',
      '2026-01-05T10:00:55',
    ])
  })
})

describe('a failed restart', () => {
  test.each([
    ['failedReason', { failedReason: { errorCode: 'CSS.6002', errorMsg: expect.any(String) as string } }],
    ['failed_reasons.errorCode', { failed_reasons: { errorCode: 'CSS.6002', errorMsg: expect.any(String) as string } }],
    [
      'failed_reasons.error_code',
      { failed_reasons: { error_code: 'CSS.6002', error_msg: expect.any(String) as string } },
    ],
  ] as const)('ends in 303 with the reason spelled %s', (failureReason, reason) => {
    const { clock, restart, show, nodes } = setUp({ fleet: { failing: [mixedId] }, oddities: { failureReason } })
    restart()
    clock.advance(60_000)

    const cluster = show()

    expect(cluster).toMatchObject({ status: '303', actions: [], ...reason })
    expect(nodes()).toEqual({ d1: '303', d2: '200', m1: '200' })
  })

  test('still shows while the next restart cannot be seen yet', () => {
    const { clock, restart, show } = setUp({ fleet: { failing: [mixedId] } })
    restart()
    clock.advance(60_000)

    const again = restart()

    expect(again.status).toBe(200)
    expect(show().status).toBe('303')
  })

  test('leaves no reason on a healthy cluster', () => {
    const { show } = setUp()

    const cluster = show()

    expect(cluster).not.toHaveProperty('failedReason')
  })
})

describe('the reply to an accepted restart', () => {
  test.each([
    ['empty', ''],
    ['object', '{}'],
    ['jobId', expect.stringMatching(/^\{"jobId":"[0-9a-f]{32}"\}$/u) as string],
    ['jobId list', expect.stringMatching(/^\{"jobId":\["[0-9a-f]{32}"\]\}$/u) as string],
  ] as const)('can be %s', (restartReply, body) => {
    const { restart } = setUp({ oddities: { restartReply } })

    const reply = restart()

    expect(reply.status).toBe(200)
    expect(reply.body).toEqual(body)
    expect(reply.headers).toMatchObject({ 'x-request-id': expect.stringMatching(/^[0-9a-f]{32}$/u) as string })
  })

  test('is empty at OTC and a list of job ids at Huawei Cloud', () => {
    const bodies = (['otc-css', 'huaweicloud-css'] as const).map((provider) => setUp({ provider }).restart().body)

    expect(bodies).toEqual(['', expect.stringContaining('"jobId":["')])
  })
})

describe('a second restart', () => {
  test.each([409, 202] as const)('is answered %i with CSS.0011 and not done', (busyStatus) => {
    const { restart, simulator } = setUp({ oddities: { busyStatus } })
    restart()

    const reply = restart()

    expect(reply.status).toBe(busyStatus)
    expect(JSON.parse(reply.body.toString())).toMatchObject({
      errCode: 'CSS.0011',
      externalMessage: expect.stringMatching(/^CSS\.0011 : /u) as string,
    })
    expect(simulator.actions()).toHaveLength(1)
  })

  test('is accepted once the first is over', () => {
    const { clock, restart, simulator } = setUp()
    restart()
    clock.advance(55_000)

    const reply = restart()

    expect(reply.status).toBe(200)
    expect(simulator.actions().map(({ nodeId, action }) => [nodeId, action])).toEqual([
      [mixedId, 'restart'],
      [mixedId, 'restart'],
    ])
  })
})

describe('which nodes are restarted', () => {
  const acted = (path: string, body?: unknown) => {
    const { call, simulator } = setUp()
    const { status } = call('POST', path, body)
    return { status, actions: simulator.actions().map(({ action, instances }) => [action, instances]) }
  }

  test.each([
    ['the data nodes by v1', `v1/${mixedId}/restart`, undefined, 'restart', ['d1', 'd2']],
    ['one node by v2', `v2/${mixedId}/restart`, { type: 'node', value: 'm1' }, 'restart', ['m1']],
    [
      'several types by v2',
      `v2/${mixedId}/restart`,
      { type: 'role', value: 'ess,ess-master' },
      'restart',
      ['d1', 'd2', 'm1'],
    ],
    [
      'all by rolling',
      `v2/${mixedId}/rolling-restart`,
      { type: 'role', value: 'all' },
      'rolling-restart',
      ['d1', 'd2', 'm1'],
    ],
    [
      'one type by rolling, old path',
      `v2/${mixedId}/rolling_restart`,
      { type: 'role', value: 'ess' },
      'rolling-restart',
      ['d1', 'd2'],
    ],
    [
      'rolling below v1',
      `v1/${mixedId}/rolling_restart`,
      { type: 'role', value: 'ess' },
      'rolling-restart',
      ['d1', 'd2'],
    ],
  ])('%s', (_, path, body, action, nodes) => {
    const result = acted(path, body)

    expect(result).toEqual({ status: 200, actions: [[action, nodes]] })
  })

  test.each([
    ['v2 without a body', `v2/${mixedId}/restart`, undefined, 'CSS.0001'],
    ['a type that is none', `v2/${mixedId}/restart`, { type: 'cluster', value: 'ess' }, 'CSS.0001'],
    ['a node of another cluster', `v2/${mixedId}/restart`, { type: 'node', value: 's1' }, 'CSS.0001'],
    ['an unknown role', `v2/${mixedId}/restart`, { type: 'role', value: 'ess,boss' }, 'CSS.0001'],
    ['all in a restart that is not rolling', `v2/${mixedId}/restart`, { type: 'role', value: 'all' }, 'CSS.0001'],
    ['a role without nodes', `v2/${mixedId}/restart`, { type: 'role', value: 'ess-cold' }, 'CSS.5073'],
    ['rolling over one node', `v2/${mixedId}/rolling-restart`, { type: 'node', value: 'd1' }, 'CSS.0001'],
    ['rolling over masters only', `v2/${mixedId}/rolling-restart`, { type: 'role', value: 'ess-master' }, 'CSS.5167'],
    ['rolling in a small cluster', `v2/${smallId}/rolling-restart`, { type: 'role', value: 'ess' }, 'CSS.5140'],
    ['a frozen cluster', `v1/${frozenId}/restart`, undefined, 'CSS.5301'],
  ])('none for %s', (_, path, body, code) => {
    const { call, simulator } = setUp()

    const reply = call('POST', path, body)

    expect(reply.status).toBe(400)
    expect(JSON.parse(reply.body.toString())).toMatchObject({ errCode: code })
    expect(simulator.actions()).toEqual([])
  })

  test('a rolling restart takes one node after the other, and longer', () => {
    const { clock, call, nodes, show } = setUp({ oddities: { rollingNodeMs: [40_000, 40_000] } })
    call('POST', `v2/${mixedId}/rolling-restart`, { type: 'role', value: 'all' })
    const looks = [11_000, 40_000, 40_000].map((ms) => {
      clock.advance(ms)
      return nodes()
    })
    clock.advance(45_000)

    expect(looks).toEqual([
      { d1: '100', d2: '200', m1: '200' },
      { d1: '200', d2: '100', m1: '200' },
      { d1: '200', d2: '200', m1: '100' },
    ])
    expect(show().actions).toEqual([])
  })

  test('rolling below v1 can be missing, as documented', () => {
    const { call } = setUp({ oddities: { rollingOnV1: 'missing' } })

    const reply = call('POST', `v1/${mixedId}/rolling-restart`, { type: 'role', value: 'ess' })

    expect(reply.status).toBe(404)
  })
})

describe('who may see a cluster', () => {
  test.each(['GET', 'POST'] as const)('an unknown cluster is 403 CSS.0015 for %s', (method) => {
    const { call } = setUp()

    const reply = call(method, `v1/${unknownId}${method === 'POST' ? '/restart' : ''}`)

    expect(reply.status).toBe(403)
    expect(JSON.parse(reply.body.toString())).toMatchObject({ errCode: 'CSS.0015' })
  })

  test('refusals can have the documented shape', () => {
    const { call } = setUp({ oddities: { errorBody: 'error_code' } })

    const reply = call('GET', `v1/${unknownId}`)

    expect(JSON.parse(reply.body.toString())).toEqual({
      error_code: 'CSS.0015',
      error_msg: expect.any(String) as string,
    })
  })

  test('an unknown cluster can be made: three healthy data nodes', () => {
    const { show, call } = setUp({ fleet: { unknown: 'create' } })

    const cluster = show(unknownId)
    const reply = call('POST', `v2/${unknownId}/rolling-restart`, { type: 'role', value: 'ess' })

    expect(cluster.instances.map((node) => node.status)).toEqual(['200', '200', '200'])
    expect(reply.status).toBe(200)
  })

  test("a wrong signature is the gateway's 401 and does nothing", () => {
    const { clock, simulator } = setUp()
    const path = `/v1.0/${projectId}/clusters/${mixedId}/restart`

    const reply = simulator.handle(cssRequest({ method: 'POST', path, at: clock.now(), projectId, secret: 'wrong' }))

    expect(reply.status).toBe(401)
    expect(JSON.parse(reply.body.toString())).toMatchObject({ error_code: 'APIGW.0301' })
    expect(simulator.actions()).toEqual([])
  })

  test('the list has pages that start at one, and the same clusters as the details', () => {
    const { call, restart, clock, show } = setUp()
    restart()
    clock.advance(11_000)

    const all = JSON.parse(call('GET', 'v1').body.toString()) as { clusters: Cluster[] }
    const second = JSON.parse(call('GET', 'v1', undefined, 'limit=1&offset=2').body.toString()) as {
      clusters: Cluster[]
    }

    expect(all.clusters[0]).toEqual(show())
    expect(second.clusters.map((cluster) => cluster['id'])).toEqual([smallId])
  })
})

test('a restored simulator goes on where the other was', () => {
  const first = setUp()
  first.restart()
  const second = setUp()

  second.simulator.restore(JSON.parse(JSON.stringify(first.simulator.snapshot())))
  second.clock.advance(11_000)

  expect(second.show().actions).toEqual(['REBOOTING'])
  expect(second.restart().status).toBe(409)
  expect(second.simulator.actions()).toEqual(first.simulator.actions())
})

test('over HTTP an answer that is lost after the act leaves the cluster restarting', async () => {
  const simulator = createCssSimulator({
    provider: 'otc-css',
    clock: { now: Date.now, scale: 1 },
    seed: 1,
    credentials: cssCredentials,
    oddities: { unseenMs: [0, 0] },
  })
  const served = await serve(simulator, { faults: [lostAnswer] })
  const path = `/v1.0/${projectId}/clusters/${unknownId}`
  const send = async (method: 'GET' | 'POST', target: string) => {
    const { headers } = cssRequest({ method, path: target, at: Date.now(), projectId })
    return fetch(`${served.url}${target}`, { method, headers })
  }

  await expect(send('POST', `${path}/restart`)).rejects.toThrow('fetch failed')
  const reply = await send('GET', path)
  const cluster = (await reply.json()) as Cluster
  await served.close()

  expect(cluster.actions).toEqual(['REBOOTING'])
})
