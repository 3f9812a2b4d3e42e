import { readFile } from 'node:fs/promises'
import { describe, expect, test } from 'vitest'
import { restartFleet } from '../../../../examples/make-restart-fleet.ts'
import { parseDemoFile } from '../../../../infra/local/demo/demo-file.ts'
import { parseRequest } from '../../../../lib/domain/parse-request.ts'
import { providers } from '../../../../lib/providers/registry.ts'

const parse = (value: unknown) => parseDemoFile(JSON.stringify(value), 'file.json')

const operation = {
  request: { provider: 'otc-ecs', action: 'stop', nodeIds: ['n-1'] },
  expect: { status: 'SUCCEEDED' },
}

describe('an example', () => {
  test('has its operations sent to the letter, and named by their action where they have no name', () => {
    const demo = parse({ description: 'all', operations: [operation, { ...operation, name: 'web' }] })

    expect(demo.orders).toMatchObject([
      { name: 'stop', provider: 'otc-ecs', action: 'stop', nodeIds: ['n-1'], request: operation.request },
      { name: 'web', expect: { status: 'SUCCEEDED', counts: {} } },
    ])
    expect(demo.orders[0]?.request).toEqual(operation.request)
  })

  test('is refused with every problem and its path', () => {
    const wrong = {
      simulators: { aws: {}, 'otc-ecs': { fleet: { stuk: [] }, faults: [{ when: 'never', then: { kind: 'close' } }] } },
      operations: [{ request: {}, expect: { status: 'DONE', counts: { failed: -1 } } }],
    }

    const said = () => parse(wrong)

    for (const path of [
      'simulators.aws',
      'simulators.otc-ecs.fleet.stuk',
      'simulators.otc-ecs.faults[0].when',
      'operations[0].request.provider',
      'operations[0].expect.status',
      'operations[0].expect.counts.failed',
    ]) {
      expect(said).toThrow(`  ${path}: `)
    }
  })

  test.each([
    ['text', '{"a":', 'file.json is not JSON'],
    ['a list', '[]', '(the file)'],
    ['no operation', '{"operations":[]}', 'needs at least one operation'],
  ])('that is %s is refused', (_, text, message) => {
    expect(() => parseDemoFile(text, 'file.json')).toThrow(message)
  })
})

describe('a plain request', () => {
  test('is one operation that must succeed', () => {
    const request = { provider: 'otc-ecs', action: 'restart', nodeIds: ['n-1', 'n-2'], more: { is: 'kept' } }

    const demo = parse(request)

    expect(demo.simulators).toEqual({})
    expect(demo.orders).toEqual([
      {
        name: 'restart',
        provider: 'otc-ecs',
        action: 'restart',
        nodeIds: ['n-1', 'n-2'],
        request,
        expect: { status: 'SUCCEEDED', counts: {} },
      },
    ])
  })

  test('that is no good is still sent: the API says what is wrong with it', () => {
    const demo = parse({ provider: 'otc-ecs', nodeIds: 'all' })

    expect(demo.orders).toMatchObject([{ action: 'no action', nodeIds: [] }])
  })
})

describe('examples/restart-fleet.json', () => {
  const read = () => readFile(new URL('../../../../examples/restart-fleet.json', import.meta.url), 'utf8')

  test('is what make-restart-fleet.ts makes', async () => {
    const text = await read()

    expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(restartFleet())))
    expect(Buffer.byteLength(text)).toBeLessThan(200_000)
  })

  test('has the promised number of nodes, no id twice, on all providers, and requests as the API takes them', async () => {
    const { orders } = parseDemoFile(await read(), 'restart-fleet.json')

    const ids = orders.flatMap(({ nodeIds }) => nodeIds)
    const nodesOf = (service: string) =>
      orders.filter(({ provider }) => provider.endsWith(service)).flatMap(({ nodeIds }) => nodeIds).length
    expect(new Set(ids).size).toBe(ids.length)
    expect(['ecs', 'bms', 'css', 'ehpc'].map(nodesOf)).toEqual([2500, 40, 3, 60])
    expect(new Set(orders.map(({ provider }) => provider))).toEqual(new Set(Object.keys(providers)))
    for (const { request } of orders) {
      expect(() => parseRequest(request, (id) => providers[id as keyof typeof providers]?.manifest)).not.toThrow()
    }
  })
})
