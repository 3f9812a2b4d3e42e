import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startStack, type Stack } from '../../infra/local/stack.ts'
import { apiClient, type ApiClient, uuids } from '../helpers/api-client.ts'

const target = { region: 'eu-de', projectId: '0215ef11e49d4743be23dd97a1561e91' }
const good = { provider: 'otc-ecs', action: 'restart', target, nodeIds: uuids(2) }
const text = (body: unknown) => JSON.stringify(body)
const json = { 'content-type': 'application/json' }

describe('bad input over HTTP', () => {
  let stack: Stack
  let client: ApiClient
  beforeAll(async () => {
    stack = await startStack({ env: { DROVER_TIME_SCALE: '60', LOG_LEVEL: 'error' } })
    client = apiClient(stack.url)
  })
  afterAll(() => stack.close())

  test.each<[string, string | Buffer, number, string[]]>([
    ['an empty body', '', 400, ['']],
    ['no JSON', '{"provider":', 400, ['']],
    ['bytes that are no UTF-8', Buffer.from([0x7b, 0xff, 0xfe, 0x7d]), 400, ['']],
    ['a JSON text', '"restart"', 400, ['']],
    ['null', 'null', 400, ['']],
    ['unknown fields', text({ ...good, force: true, a: { b: 1 } }), 400, ['a', 'force']],
    [
      'a field of the language',
      '{"__proto__":{"x":1},"constructor":1}',
      400,
      ['__proto__', 'action', 'constructor', 'nodeIds', 'provider', 'target'],
    ],
    [
      'wrong types',
      text({ provider: 1, action: [], target: 'x', nodeIds: {}, options: 3 }),
      400,
      ['action', 'nodeIds', 'options', 'provider', 'target'],
    ],
    [
      'path traversal in an id',
      text({ ...good, nodeIds: ['../../v1/x', '..%2f..%2fx'] }),
      400,
      ['nodeIds[0]', 'nodeIds[1]'],
    ],
    [
      'path traversal in a target',
      text({ ...good, target: { region: '../x', projectId: '..' } }),
      400,
      ['target.projectId', 'target.region'],
    ],
    ['a host in the region', text({ ...good, target: { ...target, region: 'evil.example#' } }), 400, ['target.region']],
    ['control characters', text({ ...good, reason: 'a\u0000b', nodeIds: ['\r\nx: y'] }), 400, ['nodeIds[0]', 'reason']],
    ['empty ids', text({ ...good, nodeIds: ['', ' '] }), 400, ['nodeIds[0]', 'nodeIds[1]']],
    ['ids of a wrong type', text({ ...good, nodeIds: [1, null, {}] }), 400, ['nodeIds[0]', 'nodeIds[1]', 'nodeIds[2]']],
  ])('%s is answered with every problem and its path', async (_, body, status, paths) => {
    const answer = await client.raw('POST', '/v1/operations', body, json)

    expect(answer.status).toBe(status)
    expect(answer.type).toBe('application/problem+json')
    const problem = JSON.parse(answer.text) as {
      type: string
      title: string
      status: number
      errors: { path: string }[]
    }
    expect(problem).toMatchObject({
      status,
      type: expect.any(String),
      title: expect.any(String),
      detail: expect.any(String),
    })
    expect([...new Set(problem.errors.map(({ path }) => path))].toSorted()).toEqual(paths)
  })

  test.each([
    ['100,001 ids', text({ ...good, nodeIds: uuids(100_001) })],
    ['a body of 7 MB', text({ ...good, reason: 'x'.repeat(7_000_000) })],
  ])('%s: 413', async (_, body) => {
    const answer = await client.raw('POST', '/v1/operations', body, json)

    expect(answer.status).toBe(413)
    expect(answer.type).toBe('application/problem+json')
  })

  test.each([
    ['GET', '/v1/operations/../../etc/passwd', 404],
    ['GET', '/v1/operations/..%2f..%2fetc%2fpasswd', 404],
    ['GET', '/v1/operations/%00', 404],
    ['GET', '/v1/operations/op-1%0d%0ax:%20y', 404],
    ['GET', '/v1/operations/%zz', 400],
    ['GET', `/v1/operations/op-${'0'.repeat(32)}`, 404],
    ['GET', `/v1/operations/op-${'0'.repeat(32)}/nodes`, 404],
    ['POST', `/v1/operations/op-${'0'.repeat(32)}/approve`, 404],
    ['POST', `/v1/operations/op-${'0'.repeat(32)}/cancel`, 404],
    ['POST', `/v1/operations/op-${'0'.repeat(32)}/retry`, 404],
    ['GET', '/v1/nothing', 404],
    ['GET', '/', 404],
    ['DELETE', '/v1/operations', 405],
    ['PUT', '/v1/providers', 405],
    ['GET', '/v1/operations?limit=0', 400],
    ['GET', '/v1/operations?limit=x', 400],
    ['GET', '/v1/operations?status=DONE', 400],
    ['GET', '/v1/operations?cursor=!', 400],
    ['GET', '/v1/operations?surprise=1', 400],
  ])('%s %s: %i', async (method, path, status) => {
    const answer = await client.raw(method, path)

    expect({ status: answer.status, type: answer.type }).toEqual({ status, type: 'application/problem+json' })
    expect(JSON.parse(answer.text)).toMatchObject({ status, title: expect.any(String), detail: expect.any(String) })
  })

  test('a node list refuses a cursor and an outcome that it does not know', async () => {
    const operationId = await client.accept(good)

    const answers = await Promise.all(
      ['cursor=xyz', 'outcome=lost', 'limit=0'].map(async (query) =>
        client.raw('GET', `/v1/operations/${operationId}/nodes?${query}`),
      ),
    )

    expect(answers.map(({ status }) => status)).toEqual([400, 400, 400])
    await client.ended(operationId)
  })

  test('of all that reached no queue and no cloud but the one good request', async () => {
    const { items } = await client.json<{ items: unknown[] }>('/v1/operations')

    expect(items).toHaveLength(1)
    const submits = [...stack.clouds.values()]
      .flatMap(({ requests }) => requests())
      .filter(({ method }) => method === 'POST')
    expect(submits).toHaveLength(1)
  })
})
