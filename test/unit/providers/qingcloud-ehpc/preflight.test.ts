import { expect, test } from 'vitest'

import { Unavailable } from '../../../../lib/domain/problem.ts'
import { qingcloudEhpc } from '../../../../lib/providers/qingcloud-ehpc/index.ts'
import type { Answer } from '../../../../lib/provider-kit/api.ts'
import { fakeApi, html, node, NODES, nodes, refusal, work } from './fake-api.ts'

const cluster = nodes([
  node('cln-ctl', 'controller'),
  node('cln-l1', 'login'),
  node('cln-l2', 'login'),
  node('cln-c1'),
  node('cln-c2'),
  node('cln-c3'),
])

const preflight = async (nodeIds: readonly string[], list: Answer | readonly Answer[] = cluster) => {
  const fake = fakeApi({ [NODES]: list })
  const problems = await qingcloudEhpc.preflight?.(work('delete'), nodeIds, fake.api)
  return { problems, requests: fake.requests }
}

test('a deletion that leaves one node of each type is fine', async () => {
  const { problems, requests } = await preflight(['cln-l1', 'cln-c1', 'cln-c2'])

  expect(problems).toEqual([])
  expect(requests).toEqual([
    { method: 'GET', path: NODES, query: { zone: 'jn1a', cluster_id: 'ehpc-8jqdq0mz', limit: '100' } },
  ])
})

test('the last nodes of a type are kept, over the whole request', async () => {
  const { problems } = await preflight(['cln-l1', 'cln-l2', 'cln-c1', 'cln-c2', 'cln-c3'])

  expect(problems).toEqual([
    { path: 'nodeIds', message: 'would leave the cluster without login nodes: each type of node keeps at least one' },
    { path: 'nodeIds', message: 'would leave the cluster without compute nodes: each type of node keeps at least one' },
  ])
})

test('a node that is being deleted already is not one that is kept', async () => {
  const list = nodes([node('cln-c1'), node('cln-c2', 'compute', { transition_status: 'deleting' })])

  const { problems } = await preflight(['cln-c1'], list)

  expect(problems).toHaveLength(1)
})

test('nodes whose type is not told are a type of their own', async () => {
  const { problems } = await preflight(['cln-a'], nodes([node('cln-a', ''), node('cln-c1')]))

  expect(problems).toMatchObject([{ message: expect.stringContaining('nodes of unknown type') as string }])
})

test('nodes of another cluster and the controller are named', async () => {
  const { problems } = await preflight(['cln-c1', 'cln-elsewhere', 'cln-ctl'])

  expect(problems).toEqual([
    { path: 'nodeIds', message: 'cln-elsewhere is not a node of ehpc-8jqdq0mz' },
    { path: 'nodeIds', message: 'cln-ctl is the controller of ehpc-8jqdq0mz, which cannot be deleted' },
  ])
})

test('all pages of nodes are read', async () => {
  const ids = Array.from({ length: 150 }, (_, i) => `cln-${i}`)
  const pages = [
    nodes(
      ids.slice(0, 100).map((id) => node(id)),
      150,
    ),
    nodes(
      ids.slice(100).map((id) => node(id)),
      150,
    ),
  ]

  const { problems, requests } = await preflight(ids.slice(1), pages)

  expect(problems).toEqual([])
  expect(requests.map(({ query }) => query?.['offset'])).toEqual([undefined, '100'])
})

test.each([
  ['is not found', refusal(2100)],
  ['shows no nodes', nodes([])],
])('a cluster that %s is a wrong target', async (_, list) => {
  const { problems } = await preflight(['cln-c1'], list)

  expect(problems).toMatchObject([{ path: 'target.clusterId' }])
})

test.each([
  ['cannot be read', html(502)],
  ['have a gap', [nodes([node('cln-c1')], 2), nodes([], 2)]],
])('nothing is deleted when the nodes %s', async (_, list) => {
  await expect(preflight(['cln-c1'], list)).rejects.toThrow(Unavailable)
})

test.each(['restart', 'start', 'stop'] as const)('%s needs no look before', async (action) => {
  const fake = fakeApi({})

  const problems = await qingcloudEhpc.preflight?.(work(action), ['cln-a'], fake.api)

  expect(problems).toEqual([])
  expect(fake.requests).toEqual([])
})
