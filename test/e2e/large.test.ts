import { afterAll, beforeAll, expect, test } from 'vitest'
import { startStack, type Stack } from '../../infra/local/stack.ts'
import type { NodeOutcome } from '../../lib/domain/outcome.ts'
import { actionsAt, apiClient, type ApiClient, uuids } from '../helpers/api-client.ts'

const nodes = 100_000
const request = {
  provider: 'otc-ecs',
  action: 'restart',
  target: { region: 'eu-de', projectId: '0215ef11e49d4743be23dd97a1561e91' },
  nodeIds: uuids(nodes),
}
/** An HTTP API gives up after this. */
const GIVES_UP_MS = 30_000

let stack: Stack
let client: ApiClient
beforeAll(async () => {
  stack = await startStack({ env: { DROVER_TIME_SCALE: '60', LOG_LEVEL: 'error' } })
  client = apiClient(stack.url)
})
afterAll(() => stack.close())

test('100,000 nodes in one request are planned, and nothing is done', async () => {
  const begin = performance.now()

  const { status, body } = await client.post('/v1/operations?dryRun=true', request)

  expect(performance.now() - begin).toBeLessThan(GIVES_UP_MS / 2)
  expect(status).toBe(200)
  expect(body.batches).toHaveLength(100)
  expect((await client.json<{ items: unknown[] }>('/v1/operations')).items).toEqual([])
})

test('100,000 nodes in one request are accepted, listed and cancelled', async () => {
  const begin = performance.now()

  const operationId = await client.accept(request, { 'idempotency-key': 'large' })

  expect(performance.now() - begin).toBeLessThan(GIVES_UP_MS / 2)
  const again = await client.post('/v1/operations', request, { 'idempotency-key': 'large' })
  expect(again).toMatchObject({ status: 200, body: { operationId, counts: { total: nodes } } })

  const cancelled = await client.post(`/v1/operations/${operationId}/cancel`, '')
  expect(cancelled.status).toBe(200)
  const { status, counts } = await client.ended(operationId, 60_000)
  expect({ status, total: counts.total, done: counts.succeeded + counts.skipped }).toEqual({
    status: 'CANCELLED',
    total: nodes,
    done: nodes,
  })
  const listed = (await client.pages<NodeOutcome>(`/v1/operations/${operationId}/nodes`, 1000)).flat()
  expect(new Set(listed.map(({ nodeId }) => nodeId))).toEqual(new Set(request.nodeIds))
  const acted = await actionsAt(stack.clouds.get('otc-ecs')?.url ?? '')
  expect(acted).toHaveLength(counts.succeeded)
  expect(new Set(acted.map(({ nodeId }) => nodeId)).size).toBe(acted.length)
}, 120_000)
