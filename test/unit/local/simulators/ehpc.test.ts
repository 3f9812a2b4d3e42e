import { describe, expect, test } from 'vitest'

import { createEhpcSimulator } from '../../../../infra/local/simulators/ehpc.ts'
import type { EhpcFleet, EhpcOddities } from '../../../../infra/local/simulators/ehpc.ts'
import { serve } from '../../../../infra/local/simulators/serve.ts'
import { ehpcCredentials, ehpcRequest } from '../../../helpers/ehpc-client.ts'
import { lostAnswer } from '../../../helpers/lost-answer.ts'
import { simClock } from '../../../helpers/sim-clock.ts'

type Answer = Record<string, unknown> & { ret_code: number; job_id: string; message: string; total_count: number }
type Row = Record<string, unknown>

const fleet: Partial<EhpcFleet> = {
  unknown: 'missing',
  clusters: [
    {
      clusterId: 'ehpc-8jqdq0mz',
      zone: 'jn1a',
      nodes: [
        { nodeId: 'cln-ctl', role: 'controller' },
        { nodeId: 'cln-log', role: 'login' },
        { nodeId: 'cln-one', role: 'compute' },
        { nodeId: 'cln-two', role: 'compute' },
      ],
    },
    { clusterId: 'ehpc-stopped', zone: 'jn1a', status: 'stopped', nodes: [{ nodeId: 'cln-off', role: 'compute' }] },
  ],
}

const setUp = (options: { fleet?: Partial<EhpcFleet>; oddities?: Partial<EhpcOddities>; scale?: number } = {}) => {
  const clock = simClock(options.scale)
  const simulator = createEhpcSimulator({
    clock,
    seed: 1,
    credentials: ehpcCredentials,
    fleet: { ...fleet, ...options.fleet },
    oddities: options.oddities ?? {},
  })
  const send = (request: ReturnType<typeof ehpcRequest>): Answer => {
    const reply = simulator.handle(request)
    expect(reply.status).toBe(200)
    return JSON.parse(reply.body.toString()) as Answer
  }
  const post = (action: string, body: unknown) => send(ehpcRequest({ method: 'POST', action, body, at: clock.now() }))
  const get = (action: string, query: Record<string, string> = {}) =>
    send(ehpcRequest({ method: 'GET', action, query, at: clock.now() }))
  const onNodes = (action: string, ...ids: string[]) =>
    post(`/cluster/${action}`, { cluster_id: 'ehpc-8jqdq0mz', node_ids: ids, zone: 'jn1a' })
  const jobs = (query: Record<string, string> = {}) => get('/operation', query)['job_set'] as Row[]
  const nodes = (cluster = 'ehpc-8jqdq0mz') =>
    get('/cluster/listNodes', { cluster_id: cluster, limit: '100' })['hpc_app_nodes_set'] as Row[]
  return { clock, simulator, send, post, get, onNodes, jobs, nodes }
}

describe('admission', () => {
  const restart = {
    method: 'POST' as const,
    action: '/cluster/restartNodes',
    body: { cluster_id: 'ehpc-8jqdq0mz', node_ids: ['cln-one'], zone: 'jn1a' },
  }

  test.each([
    ['the timestamp is called time_stamp', { query: { timestamp: '', time_stamp: '2026-01-05T10:00:00Z' } }, 1100],
    ['the signature version is unknown', { query: { signature_version: '2' } }, 1101],
    ['the key is unknown', { query: { access_key_id: 'ANOTHER' } }, 1200],
    ['the secret is wrong', { secret: 'wrong' }, 1200],
    ['the signed path lacks its last slash', { pathEnd: '' as const }, 1200],
    ['the signature is encoded once', { encodings: 1 as const }, 1200],
    ['the path is no action', { action: '/cluster/startNodes' }, 1101],
    ['the method is not that of the action', { method: 'GET' as const }, 1101],
  ])('refuses with HTTP 200 when %s', (_, change, code) => {
    const { clock, send, simulator } = setUp()

    const answer = send(ehpcRequest({ ...restart, at: clock.now(), ...change }))

    expect(answer.ret_code).toBe(code)
    expect(answer.message).toMatch(/\S/u)
    expect(simulator.actions()).toEqual([])
  })

  test.each([
    [60_000, 0],
    [61_000, 1300],
    [-61_000, 1300],
  ])('judges a signature %i ms old as %i, however fast the cloud runs', (age, code) => {
    const { clock, send } = setUp({ scale: 1000 })

    const answer = send(ehpcRequest({ ...restart, at: clock.now() - age }))

    expect(answer.ret_code).toBe(code)
  })

  test('an old request with a wrong signature is a wrong signature', () => {
    const { clock, send } = setUp()

    const answer = send(ehpcRequest({ ...restart, secret: 'wrong', at: clock.now() - 120_000 }))

    expect(answer.ret_code).toBe(1200)
  })

  test('a body that is sent in other bytes than were signed is refused', () => {
    const { clock, send } = setUp()
    const request = ehpcRequest({ ...restart, at: clock.now() })

    const answer = send({ ...request, body: Buffer.from(JSON.stringify(restart.body, null, 1)) })

    expect(answer.ret_code).toBe(1200)
  })

  test('the quota counts authenticated calls in a rolling hour', () => {
    const { clock, get } = setUp({ oddities: { quota: 2 } })

    const codes = [get('/cluster/list'), get('/operation'), get('/cluster/list')].map((answer) => answer.ret_code)
    clock.advance(3_600_000)
    const later = get('/cluster/list')

    expect(codes).toEqual([0, 0, 2500])
    expect(later.ret_code).toBe(0)
  })

  test('refused signatures use nothing of the quota', () => {
    const { clock, get, send } = setUp({ oddities: { quota: 1 } })
    send(ehpcRequest({ ...restart, secret: 'wrong', at: clock.now() }))

    const answer = get('/cluster/list')

    expect(answer.ret_code).toBe(0)
  })
})

describe('node operations', () => {
  test('a restart is a job that shows the node in transition until it ends', () => {
    const { clock, onNodes, jobs, nodes, simulator } = setUp()

    const answer = onNodes('restartNodes', 'cln-one')
    const [pending] = jobs({ jobs: answer.job_id })
    const during = nodes().find((node) => node['node_id'] === 'cln-one')
    clock.advance(9_000)
    const [done] = jobs({ jobs: answer.job_id })
    const after = nodes().find((node) => node['node_id'] === 'cln-one')

    expect(answer).toEqual({
      action: 'HpcClusterRestartClusterNodesResponse',
      job_id: expect.stringMatching(/^j-[0-9a-z]{11}$/u) as string,
      ret_code: 0,
    })
    expect(pending).toMatchObject({
      status: 'pending',
      error_codes: '',
      task_count: null,
      job_action: 'HpcClusterRestartClusterNodes',
      resource_ids: 'ehpc-8jqdq0mz cln-one',
      create_time: '2026-01-05T10:00:00Z',
    })
    expect(done).toMatchObject({ status: 'successful' })
    expect(done?.['status_time']).not.toBe(pending?.['status_time'])
    expect(during).toMatchObject({
      transition_status: 'restarting',
      cluster_id: expect.stringMatching(/^cl-/u) as string,
    })
    expect(after).toMatchObject({ transition_status: '', status: 'active', health_status: 'healthy' })
    expect(simulator.actions()).toEqual([
      { nodeId: 'cln-one', action: 'restart', at: clock.now() - 9_000, jobId: answer.job_id },
    ])
  })

  test('deleted nodes leave the list when the job has succeeded, and are not found again', () => {
    const { clock, onNodes, nodes } = setUp()
    onNodes('deleteNodes', 'cln-one')
    const before = nodes().map((node) => node['node_id'])
    clock.advance(9_000)

    const again = onNodes('deleteNodes', 'cln-one')

    expect(before).toContain('cln-one')
    expect(nodes().map((node) => node['node_id'])).toEqual(['cln-ctl', 'cln-log', 'cln-two'])
    expect(again.ret_code).toBe(2100)
  })

  test.each([
    ['the list is called node_list', { cluster_id: 'ehpc-8jqdq0mz', node_list: ['cln-one'], zone: 'jn1a' }, 1100],
    ['no node is named', { cluster_id: 'ehpc-8jqdq0mz', node_ids: [], zone: 'jn1a' }, 1100],
    ['the zone is missing', { cluster_id: 'ehpc-8jqdq0mz', node_ids: ['cln-one'] }, 1100],
    ['the cluster is in another zone', { cluster_id: 'ehpc-8jqdq0mz', node_ids: ['cln-one'], zone: 'sh1' }, 2100],
    ['the cluster is unknown', { cluster_id: 'ehpc-nothere', node_ids: ['cln-one'], zone: 'jn1a' }, 2100],
    ['a node is unknown', { cluster_id: 'ehpc-8jqdq0mz', node_ids: ['cln-one', 'cln-no'], zone: 'jn1a' }, 2100],
    ['a node is the controller', { cluster_id: 'ehpc-8jqdq0mz', node_ids: ['cln-ctl'], zone: 'jn1a' }, 1400],
    ['the cluster is stopped', { cluster_id: 'ehpc-stopped', node_ids: ['cln-off'], zone: 'jn1a' }, 1400],
  ])('nothing is done when %s', (_, body, code) => {
    const { post, simulator } = setUp()

    const codes = ['restartNodes', 'deleteNodes'].map((action) => post(`/cluster/${action}`, body).ret_code)

    expect(codes).toEqual([code, code])
    expect(simulator.actions()).toEqual([])
  })

  test('a deletion that would empty a role is refused as a whole', () => {
    const { onNodes, nodes } = setUp()

    const answer = onNodes('deleteNodes', 'cln-one', 'cln-two')

    expect(answer).toMatchObject({ ret_code: 1400, message: expect.stringContaining('compute') as string })
    expect(nodes()).toHaveLength(4)
  })

  test('the role floor also counts a deletion that is still running', () => {
    const { onNodes } = setUp({ oddities: { busyCluster: 'allow' } })
    onNodes('deleteNodes', 'cln-one')

    const answer = onNodes('deleteNodes', 'cln-two')

    expect(answer.ret_code).toBe(1400)
  })

  test('a second operation on a busy cluster is refused', () => {
    const { clock, onNodes } = setUp()
    onNodes('restartNodes', 'cln-one')

    const during = onNodes('restartNodes', 'cln-two')
    clock.advance(9_000)
    const after = onNodes('restartNodes', 'cln-two')

    expect([during.ret_code, after.ret_code]).toEqual([1400, 0])
  })

  test('where busy clusters are allowed, a busy node is refused still', () => {
    const { onNodes } = setUp({ oddities: { busyCluster: 'allow' } })
    onNodes('restartNodes', 'cln-one')

    const codes = [onNodes('restartNodes', 'cln-two'), onNodes('restartNodes', 'cln-one')].map((a) => a.ret_code)

    expect(codes).toEqual([0, 1400])
  })

  test('a failing node fails its job, turns unhealthy after minutes, and spares the other node', () => {
    const { clock, onNodes, jobs, nodes } = setUp({ fleet: { failing: ['cln-one'] } })
    const { job_id: jobId } = onNodes('restartNodes', 'cln-one', 'cln-two')
    const health = () => nodes().map((node) => node['health_status'])
    clock.advance(9_000)

    const [row] = jobs({ job_ids: jobId })
    const soon = health()
    clock.advance(180_000)
    const late = health()

    expect(row).toMatchObject({ status: 'failed', error_codes: expect.stringMatching(/./u) as string })
    expect(soon).toEqual(['healthy', 'healthy', 'healthy', 'healthy'])
    expect(late).toEqual(['healthy', 'healthy', 'unhealthy', 'healthy'])
  })

  test('a node whose deletion failed stays', () => {
    const { clock, onNodes, nodes } = setUp({ fleet: { failing: ['cln-one'] } })
    onNodes('deleteNodes', 'cln-one')
    clock.advance(9_000)

    const node = nodes().find((row) => row['node_id'] === 'cln-one')

    expect(node).toMatchObject({ transition_status: '', status: 'active' })
  })
})

describe('cluster operations', () => {
  const clusters = (...ids: string[]) => ({ cluster_ids: ids, zone: 'jn1a' })

  test('stop and start lead from active to stopped and back', () => {
    const { clock, post, get } = setUp()
    const status = () =>
      (get('/cluster/list', { cluster_id: 'ehpc-8jqdq0mz' })['cluster_set'] as Row[])[0]?.['cluster_status']

    const stop = post('/cluster/stopCluster', clusters('ehpc-8jqdq0mz'))
    const during = status()
    clock.advance(120_000)
    const stopped = status()
    const start = post('/cluster/startCluster', clusters('ehpc-8jqdq0mz'))
    clock.advance(120_000)

    expect(stop).toMatchObject({ action: 'HpcClusterStopClusterResponse', ret_code: 0 })
    expect(start).toMatchObject({ action: 'HpcClusterStartClusterResponse', ret_code: 0 })
    expect([during, stopped, status()]).toEqual(['active', 'stopped', 'active'])
  })

  test.each([
    ['/cluster/startCluster', 'ehpc-8jqdq0mz'],
    ['/cluster/stopCluster', 'ehpc-stopped'],
  ])('%s in the wrong state is refused', (action, id) => {
    const { post } = setUp()

    const answer = post(action, clusters(id))

    expect(answer.ret_code).toBe(1400)
  })

  test('one cluster in the wrong state stops none of them', () => {
    const { post, simulator } = setUp()

    const answer = post('/cluster/stopCluster', clusters('ehpc-8jqdq0mz', 'ehpc-stopped'))

    expect(answer.ret_code).toBe(1400)
    expect(simulator.actions()).toEqual([])
  })

  test('node operations are refused while the cluster stops', () => {
    const { post, onNodes } = setUp({ oddities: { busyCluster: 'allow' } })
    post('/cluster/stopCluster', clusters('ehpc-8jqdq0mz'))

    const answer = onNodes('restartNodes', 'cln-one')

    expect(answer.ret_code).toBe(1400)
  })
})

describe('the job log', () => {
  const withThree = () => {
    const all = setUp()
    const ids = ['cln-one', 'cln-two', 'cln-log'].map((node) => {
      const { job_id: jobId } = all.onNodes('restartNodes', node)
      all.clock.advance(10_000)
      return jobId
    })
    return { ...all, ids, listed: (query: Record<string, string>) => all.jobs(query).map((row) => row['job_id']) }
  }

  test('is filtered by resource, action, status, time and several at once', () => {
    const { ids, listed } = withThree()

    expect(listed({ resource_ids: 'cln-two' })).toEqual([ids[1]])
    expect(listed({ resource_ids: 'ehpc-8jqdq0mz' })).toEqual(ids)
    expect(listed({ job_action: 'HpcClusterDeleteClusterNodes' })).toEqual([])
    expect(listed({ status: 'successful', resource_ids: 'cln-log' })).toEqual([ids[2]])
    expect(listed({ start_time: '2026-01-05T10:00:10Z' })).toEqual(ids.slice(1))
    expect(listed({ end_time: '2026-01-05T10:00:10Z' })).toEqual(ids.slice(0, 2))
    expect(listed({ zone: 'sh1' })).toEqual([])
    expect(listed({ jobs: 'j-nosuchjob00' })).toEqual([])
  })

  test('comes in pages, newest first when reversed', () => {
    const { ids, listed } = withThree()

    expect(listed({ reverse: '1', limit: '2' })).toEqual([ids[2], ids[1]])
    expect(listed({ reverse: '1', limit: '2', offset: '2' })).toEqual([ids[0]])
  })

  test('never gives more than 100 rows, and 10 without a limit', () => {
    const node = { role: 'compute' as const }
    const many = Array.from({ length: 120 }, (_, index) => ({ ...node, nodeId: `cln-${index}` }))
    const { onNodes, jobs, get } = setUp({
      fleet: { clusters: [{ clusterId: 'ehpc-8jqdq0mz', zone: 'jn1a', nodes: many }] },
      oddities: { busyCluster: 'allow' },
    })
    for (const { nodeId } of many) onNodes('restartNodes', nodeId)

    const sizes = [jobs({ limit: '500' }).length, jobs().length]
    const total = get('/operation').total_count

    expect(sizes).toEqual([100, 10])
    expect(total).toBe(120)
  })

  test('can hide a new job from the first looks', () => {
    const { onNodes, get } = setUp({ oddities: { invisiblePolls: 2 } })
    const { job_id: jobId } = onNodes('restartNodes', 'cln-one')

    const totals = [1, 2, 3].map(() => get('/operation', { jobs: jobId }).total_count)

    expect(totals).toEqual([0, 0, 1])
  })

  test('can forget ended jobs', () => {
    const { clock, onNodes, jobs } = setUp({ oddities: { retentionMs: 60_000 } })
    onNodes('restartNodes', 'cln-one')
    clock.advance(30_000)
    const before = jobs().length
    clock.advance(60_000)

    expect([before, jobs().length]).toEqual([1, 0])
  })

  test('can speak of working and done with failure', () => {
    const { clock, onNodes, jobs } = setUp({
      fleet: { failing: ['ehpc-8jqdq0mz'] },
      oddities: { words: { waiting: 'pending', running: 'working', failed: 'done with failure' } },
    })
    onNodes('restartNodes', 'cln-one')
    const words = [0, 4_900, 4_100].map((ms) => {
      clock.advance(ms)
      return jobs()[0]?.['status']
    })

    expect(words).toEqual(['pending', 'working', 'done with failure'])
  })
})

test.each([
  ['job_ids string', expect.stringMatching(/^j-/u) as unknown],
  ['job_ids array', [expect.stringMatching(/^j-/u)] as unknown],
] as const)('an accepted job can be named as %s', (jobIdForm, jobIds) => {
  const { onNodes } = setUp({ oddities: { jobIdForm } })

  const answer = onNodes('deleteNodes', 'cln-one')

  expect(answer['job_ids']).toEqual(jobIds)
  expect(answer).not.toHaveProperty('job_id')
})

test('a ret_code can be text', () => {
  const { get } = setUp({ oddities: { retCode: 'string' } })

  const answer = get('/cluster/list')

  expect(answer.ret_code).toBe('0')
})

test('jobs end sooner the faster the simulated cloud runs', () => {
  const { clock, onNodes, jobs } = setUp({ scale: 100 })
  onNodes('restartNodes', 'cln-one')
  clock.advance(90)

  const [row] = jobs()

  expect(row?.['status']).toBe('successful')
})

describe('an unknown cluster that is made on demand', () => {
  const made = { fleet: { unknown: 'create' as const } }
  const restart = (...ids: string[]) => ({ cluster_id: 'ehpc-new00001', node_ids: ids, zone: 'jn1a' })

  test('has a controller, two login and four compute nodes, the same every time', () => {
    const roles = setUp(made).nodes('ehpc-new00001')
    const again = setUp(made).nodes('ehpc-new00001')

    expect(roles.map((node) => node['role']).join(' ')).toBe('controller login login compute compute compute compute')
    expect(again).toEqual(roles)
  })

  test('grows the compute nodes that a request names', () => {
    const { post, nodes } = setUp(made)

    const answer = post('/cluster/restartNodes', restart('cln-hzzvbtnh'))

    expect(answer.ret_code).toBe(0)
    expect(nodes('ehpc-new00001').at(-1)).toMatchObject({ node_id: 'cln-hzzvbtnh', role: 'compute' })
  })

  test('does not bring a deleted node back', () => {
    const { clock, post } = setUp(made)
    post('/cluster/deleteNodes', restart('cln-hzzvbtnh'))
    clock.advance(9_000)

    const answer = post('/cluster/restartNodes', restart('cln-hzzvbtnh'))

    expect(answer.ret_code).toBe(2100)
  })

  test('is in the state that the first action needs', () => {
    const codes = ['startCluster', 'stopCluster'].map(
      (action) => setUp(made).post(`/cluster/${action}`, { cluster_ids: ['ehpc-new00001'], zone: 'jn1a' }).ret_code,
    )

    expect(codes).toEqual([0, 0])
  })
})

test('a restored simulator goes on where the other was', () => {
  const first = setUp()
  const { job_id: jobId } = first.onNodes('deleteNodes', 'cln-one')
  const second = setUp()

  second.simulator.restore(JSON.parse(JSON.stringify(first.simulator.snapshot())))
  second.clock.advance(9_000)

  expect(second.jobs({ jobs: jobId })[0]).toMatchObject({ status: 'successful' })
  expect(second.nodes()).toHaveLength(3)
  expect(second.simulator.actions()).toEqual(first.simulator.actions())
})

test('over HTTP an answer that is lost after the act leaves a job behind', async () => {
  const simulator = createEhpcSimulator({
    clock: { now: Date.now, scale: 1 },
    seed: 1,
    credentials: ehpcCredentials,
    fleet,
  })
  const served = await serve(simulator, { faults: [lostAnswer] })
  const body = { cluster_id: 'ehpc-8jqdq0mz', node_ids: ['cln-one'], zone: 'jn1a' }
  const request = ehpcRequest({ method: 'POST', action: '/cluster/restartNodes', body, at: Date.now() })
  const send = async ({ method, target, headers, body: bytes }: typeof request) =>
    fetch(`${served.url}${target}`, { method, headers, ...(method === 'POST' ? { body: bytes.toString() } : {}) })

  const lost = send(request)
  await expect(lost).rejects.toThrow('fetch failed')
  const reply = await send(ehpcRequest({ method: 'GET', action: '/operation', at: Date.now() }))
  const answer = (await reply.json()) as Answer
  await served.close()

  expect(reply.headers.get('content-type')).toBe('application/json')
  expect(answer).toMatchObject({ ret_code: 0, total_count: 1 })
})
