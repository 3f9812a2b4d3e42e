import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startStack, type Stack } from '../../infra/local/stack.ts'
import { apiClient, type ApiClient, expectEventsOf } from '../helpers/api-client.ts'
import { ehpcCluster } from '../helpers/world/fleets.ts'
import { ehpcNodeId, requestFor } from '../helpers/world/requests.ts'

type Shown = {
  letterId: string
  state: string
  kind: string
  queue: string
  reason: string
  redriven: { outcome: string; operationIds: string[] } | null
}
type Page = { items: Shown[]; left: number; nextCursor: string | null }

describe('an event that the functions could not handle', () => {
  let stack: Stack
  let client: ApiClient
  beforeAll(async () => {
    stack = await startStack({
      env: { DROVER_TIME_SCALE: '60', LOG_LEVEL: 'error' },
      clouds: ehpcCluster(3),
    })
    client = apiClient(stack.url)
  })
  afterAll(() => stack.close())

  const listed = async () => (await client.json<Page>('/v1/dead-letters')).items

  const put = async (id: string, detail: Record<string, unknown>) =>
    client.post('/local/events', { id, source: 'team.blue', 'detail-type': 'Node Operation Requested', detail })

  test('ends as a letter and is put back over HTTP, as one operation however often', async () => {
    // A deletion is checked at the cloud first, which does not answer as often as Lambda tries.
    const then = { kind: 'reply', status: 500, body: '{}' } as const
    stack.inject('qingcloud-ehpc', { match: { path: '/cluster/listNodes' }, times: 3, when: 'before', then })

    await put('lost-1', requestFor('qingcloud-ehpc', 0, { action: 'delete', nodeIds: [ehpcNodeId(0)] }))
    await expect.poll(listed, { timeout: 30_000, interval: 200 }).toHaveLength(1)
    const [letter] = await listed()
    const path = `/v1/dead-letters/${letter?.letterId}/redrive`
    const answers = [await client.post(path, ''), await client.post(path, '')]
    const redriven = answers.map(({ body }) => body as unknown as Shown)
    const [operationId = ''] = redriven[0]?.redriven?.operationIds ?? []
    const ended = await client.ended(operationId)

    expect(letter).toMatchObject({
      state: 'kept',
      kind: 'event',
      queue: 'drover-dev-undelivered',
      reason: expect.stringContaining('RetriesExhausted after 3 attempts'),
    })
    expect(answers.map(({ status }) => status)).toEqual([200, 200])
    expect(redriven[1]).toEqual(redriven[0])
    expect(ended).toMatchObject({ status: 'SUCCEEDED', trigger: 'event', principal: 'team.blue', counts: { total: 1 } })
    await expectEventsOf(client, [operationId])
  })

  test('is one of those that one call puts back', async () => {
    await put('bad-1', requestFor('qingcloud-ehpc', 1, { action: 'fly' }))
    await expect.poll(listed, { timeout: 10_000 }).toHaveLength(2)

    const { status, body } = await client.post('/v1/dead-letters/redrive', '')

    expect(status).toBe(200)
    expect(body).toMatchObject({ left: 0, nextCursor: null, items: [{ state: 'kept', problem: expect.any(String) }] })
    expect(await listed()).toMatchObject([{ state: 'kept', queue: 'ingest' }, { state: 'redriven' }])
  })

  test('that is not there is a problem', async () => {
    const { status, headers } = await client.post('/v1/dead-letters/nobody/redrive', '')

    expect([status, headers.get('content-type')]).toEqual([404, 'application/problem+json'])
  })
})
