import { describe, expect, test } from 'vitest'

import { qingcloudEhpc } from '../../../../lib/providers/qingcloud-ehpc/index.ts'
import type { Answer } from '../../../../lib/provider-kit/api.ts'
import type { LostSubmission } from '../../../../lib/provider-kit/provider.ts'
import { fakeApi, html, lost, node, NODES, nodes, NOW, operations, OPERATIONS, refusal, row } from './fake-api.ts'

const reconcile = async (
  submission: LostSubmission,
  list: Answer | readonly Answer[],
  reads: Record<string, Answer> = {},
) => {
  const fake = fakeApi({ [OPERATIONS]: list, ...reads })
  const evidence = await qingcloudEhpc.reconcile(submission, fake.api)
  const traces = evidence.kind === 'seen' ? Object.fromEntries(evidence.traces) : undefined
  return { evidence, traces, requests: fake.requests }
}

const at = (offsetMs: number) => new Date(NOW + offsetMs).toISOString().replace(/\.\d+/, '')
const one = 'cln-hzzvbtnh'

describe('the operation of a lost call', () => {
  test('is found by cluster, action, nodes and time, with its job', async () => {
    const { evidence } = await reconcile(lost(), operations([row()]))

    expect(evidence).toEqual({
      kind: 'seen',
      traces: new Map([[one, 'applied']]),
      jobIds: ['j-he18e4khem2'],
      note: 'the operation is listed as j-he18e4khem2',
    })
  })

  test('is found whether it succeeded or not, and without a job id', async () => {
    const { evidence, traces } = await reconcile(lost(), operations([row({ status: 'failed', job_id: null })]))

    expect(traces).toEqual({ [one]: 'applied' })
    expect(evidence).toMatchObject({ jobIds: [], note: 'the operation is listed as one without id' })
  })

  test('is found with its nodes in any order, for every node', async () => {
    const rows = [row({ resource_ids: 'cln-b  ehpc-8jqdq0mz\tcln-a' })]

    const { traces } = await reconcile(lost({ nodeIds: ['cln-a', 'cln-b'] }), operations(rows))

    expect(traces).toEqual({ 'cln-a': 'applied', 'cln-b': 'applied' })
  })

  test.each([
    ['restart', 'HpcClusterRestartClusterNodes'],
    ['restart', 'HpcClusterRestartClusterNodesResponse'],
    ['delete', 'HpcClusterDeleteClusterNodes'],
    ['start', 'HpcClusterStartCluster'],
    ['start', 'HpcStartClusterResponse'],
    ['stop', 'HpcClusterStopCluster'],
    ['stop', 'HpcStopCluster'],
  ] as const)('%s is called %s', async (action, job_action) => {
    const resource_ids =
      action === 'start' || action === 'stop' ? 'ehpc-8jqdq0mz cln-a cln-b' : 'ehpc-8jqdq0mz cln-hzzvbtnh'

    const { traces } = await reconcile(lost({ action }), operations([row({ job_action, resource_ids })]))

    expect(Object.values(traces ?? {})).toEqual(['applied'])
  })

  test.each([
    ['it is of another action', { job_action: 'HpcClusterDeleteClusterNodes' }],
    ['it only moved the nodes between queues', { job_action: 'HpcQueueRemoveEhpcQueueNodes' }],
    ['it started the cluster', { job_action: 'HpcClusterStartCluster' }],
    ['it has more nodes', { resource_ids: 'ehpc-8jqdq0mz cln-hzzvbtnh cln-b' }],
    ['it has another node', { resource_ids: 'ehpc-8jqdq0mz cln-b' }],
    ['it is in another cluster', { resource_ids: 'ehpc-other cln-hzzvbtnh' }],
    ['it is older', { create_time: at(-3_000) }],
    ['its name and its nodes are both not told', { job_action: 'HpcSomething', resource_ids: 'ehpc-8jqdq0mz' }],
  ])('is not one of which %s', async (_, change) => {
    const { evidence, traces } = await reconcile(lost(), operations([row(change)]))

    expect(traces).toEqual({ [one]: 'untouched' })
    expect(evidence).toMatchObject({ jobIds: [] })
  })

  test.each([
    ['its time', { create_time: '2022-04-11 15:00:13' }],
    ['its nodes', { resource_ids: 'ehpc-8jqdq0mz' }],
    ['its action', { job_action: 'HpcClusterRebootMembers' }],
  ])('may be one that does not tell %s', async (_, change) => {
    const { traces, evidence } = await reconcile(lost(), operations([row(change)]))

    expect(traces).toEqual({ [one]: 'unclear' })
    expect(evidence).toMatchObject({ note: 'an operation is listed that may be this one' })
  })

  test('is looked for no further than it is found', async () => {
    const { traces, requests } = await reconcile(lost(), operations([row()], { total: 900 }))

    expect(traces).toEqual({ [one]: 'applied' })
    expect(requests).toHaveLength(1)
  })

  test('is looked for beyond what only may be it', async () => {
    const perhaps = row({ job_id: 'j-perhaps', resource_ids: 'ehpc-8jqdq0mz' })
    const pages = [operations([perhaps], { total: 2 }), operations([row()], { total: 2 })]

    const { evidence } = await reconcile(lost(), pages)

    expect(evidence).toMatchObject({ jobIds: ['j-he18e4khem2'] })
  })

  test('is not there when nothing is listed', async () => {
    const { traces, evidence } = await reconcile(lost(), operations([]))

    expect(traces).toEqual({ [one]: 'untouched' })
    expect(evidence).toMatchObject({ note: 'no operation is listed' })
  })
})

describe('its time', () => {
  test.each([
    ['is rounded down to its second', 900, at(0)],
    ['may be a little before the call, as clocks go', 0, at(-2_000)],
  ])('%s', async (_, sentAfter, create_time) => {
    const { traces } = await reconcile(lost({ sentAt: NOW + sentAfter }), operations([row({ create_time })]))

    expect(traces).toEqual({ [one]: 'applied' })
  })

  test('is that of the provider, whose clock is behind', async () => {
    const date = new Date(NOW - 60_000).toUTCString()

    const { traces } = await reconcile(lost(), operations([row({ create_time: at(-59_000) })], { date }))

    expect(traces).toEqual({ [one]: 'applied' })
  })

  test('is that of the provider, whose clock is ahead: an older operation stays older', async () => {
    const date = new Date(NOW + 60_000).toUTCString()

    const { traces } = await reconcile(lost(), operations([row({ create_time: at(1_000) })], { date }))

    expect(traces).toEqual({ [one]: 'untouched' })
  })

  test.each([
    ['the first that came after the call', [at(9_000), at(1_000), at(-1_000)], 1],
    ['else the last before it', [at(-1_000), at(-2_000)], 0],
  ])('decides between equal operations: %s', async (_, times, index) => {
    const rows = times.map((create_time, i) => row({ create_time, job_id: `j-${i}` }))

    const { evidence } = await reconcile(lost(), operations(rows))

    expect(evidence).toMatchObject({ jobIds: [`j-${index}`] })
  })

  test('is taken as ours when the provider tells no clock', async () => {
    const { traces } = await reconcile(lost(), operations([row()], { date: '' }))

    expect(traces).toEqual({ [one]: 'applied' })
  })
})

describe('a list that cannot be read', () => {
  test('says nothing', async () => {
    const { evidence } = await reconcile(lost(), refusal(1200))

    expect(evidence).toMatchObject({ kind: 'unreadable', code: '1200', auth: true })
  })

  test('because the cluster is not found proves nothing', async () => {
    const { traces, evidence } = await reconcile(lost(), refusal(2100))

    expect(traces).toEqual({ [one]: 'unclear' })
    expect(evidence).toMatchObject({ note: 'no operations to look at: PermissionDenied' })
  })

  test('to its end proves nothing', async () => {
    const page = operations([row({ job_id: 'j-other', job_action: 'HpcUserAddUser' })], { total: 9 })

    const { traces, evidence } = await reconcile(lost(), [page, operations([], { total: 9 })])

    expect(traces).toEqual({ [one]: 'unclear' })
    expect(evidence).toMatchObject({ note: 'the list of operations could not be read to its end' })
  })
})

describe('a lost deletion', () => {
  const deletion = lost({ action: 'delete', nodeIds: ['cln-a', 'cln-b'] })
  const look = (list: Answer, rows: readonly unknown[] = []) => reconcile(deletion, operations(rows), { [NODES]: list })

  test('is proved by an operation, without a look at the nodes', async () => {
    const listed = row({ job_action: 'HpcClusterDeleteClusterNodes', resource_ids: 'ehpc-8jqdq0mz cln-a cln-b' })

    const { traces, requests } = await reconcile(deletion, operations([listed]))

    expect(traces).toEqual({ 'cln-a': 'applied', 'cln-b': 'applied' })
    expect(requests).toHaveLength(1)
  })

  test('is proved by nodes that are gone or leaving, and disproved by those that stay', async () => {
    const { traces, evidence } = await look(nodes([node('cln-b'), node('cln-c')]))
    const { traces: leaving } = await look(
      nodes([node('cln-a'), node('cln-b', 'compute', { transition_status: 'deleting' })]),
    )

    expect(traces).toEqual({ 'cln-a': 'applied', 'cln-b': 'untouched' })
    expect(leaving).toEqual({ 'cln-a': 'untouched', 'cln-b': 'applied' })
    expect(evidence).toMatchObject({ jobIds: [], note: 'no operation is listed; the list of nodes was compared' })
  })

  test('is proved by a node that is listed as deleted', async () => {
    const { traces } = await look(nodes([node('cln-a', 'compute', { status: 'deleted' }), node('cln-b')]))

    expect(traces).toEqual({ 'cln-a': 'applied', 'cln-b': 'untouched' })
  })

  test('is open while something unnamed is being done to a node', async () => {
    const { traces } = await look(nodes([node('cln-a', 'compute', { transition_status: 'updating' }), node('cln-b')]))

    expect(traces).toEqual({ 'cln-a': 'unclear', 'cln-b': 'untouched' })
  })

  test('with an operation that may be it is not disproved by nodes that stay', async () => {
    const { traces } = await look(nodes([node('cln-b'), node('cln-c')]), [
      row({ job_action: 'HpcClusterDeleteClusterNodes', resource_ids: 'ehpc-8jqdq0mz' }),
    ])

    expect(traces).toEqual({ 'cln-a': 'applied', 'cln-b': 'unclear' })
  })

  test.each([
    ['shows no nodes at all', nodes([]), 'no operation is listed, and the cluster shows no nodes'],
    ['is not found', refusal(2100), 'no operation is listed, and the cluster is not found'],
  ])('is open when the cluster %s', async (_, list, note) => {
    const { traces, evidence } = await look(list)

    expect(evidence).toMatchObject({ note })
    expect(traces).toEqual({ 'cln-a': 'unclear', 'cln-b': 'unclear' })
  })

  test.each([
    ['cannot be read', html(503), 'HTTP.503'],
    ['have a gap', nodes([], 3), 'IncompleteList'],
  ])('is not judged when the nodes %s', async (_, list, code) => {
    const { evidence } = await look(list)

    expect(evidence).toMatchObject({ kind: 'unreadable', code })
  })
})
