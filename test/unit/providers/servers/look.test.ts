import { describe, expect, it } from 'vitest'
import { lookAtServers } from '../../../../lib/provider-kit/huawei/server/look.ts'
import type { Api } from '../../../../lib/provider-kit/api.ts'
import {
  A,
  answer,
  B,
  cloud,
  cloudWith,
  fleet,
  notServed,
  NOW,
  PROJECT,
  refusal,
  server,
  timedOut,
} from './fake-cloud.ts'

const look = (api: Api, ids: string[]) =>
  lookAtServers({ collection: 'cloudservers' }, { projectId: PROJECT }, ids, api)
const seen = async (api: Api, ids: string[]) => {
  const result = await look(api, ids)
  if (result.kind !== 'seen') throw new Error(`not seen: ${result.code}`)
  return result
}
const pathsOf = ({ requests }: ReturnType<typeof cloud>) => requests.map(({ path }) => path.replace(`/${PROJECT}`, ''))

describe('a look at a few servers', () => {
  it('asks for each, and reads its state', async () => {
    const api = cloudWith({ [A]: { status: 'REBOOT', task: 'Rebooting' }, [B]: null })

    const { servers } = await seen(api, [A, B])

    expect(pathsOf(api)).toEqual([`/v1/cloudservers/${A}`, `/v1/cloudservers/${B}`])
    expect(servers.get(B)).toBe('absent')
    expect(servers.get(A)).toEqual({
      id: A,
      status: 'REBOOT',
      task: 'rebooting',
      updatedAt: Date.parse('2026-03-01T09:00:00Z'),
      fault: null,
    })
  })

  it('tells how far the provider’s clock is from ours', async () => {
    const { skewMs } = await seen(cloudWith({ [A]: {} }, { date: new Date(NOW + 30_000).toUTCString() }), [A])

    expect(skewMs).toBe(30_000)
  })

  it.each([
    ['a gateway that knows no such path', notServed],
    ['a bare 404', answer(404, 'not found')],
    ['a 405', answer(405)],
  ])('uses the list after %s, and takes nobody for absent who cannot be asked for', async (_, reply) => {
    const api = cloud(({ path }) => (path.endsWith('/detail') ? answer(200, { servers: [server(A)] }) : reply))

    const { servers } = await seen(api, [A, B])

    expect(servers.get(A)).toMatchObject({ status: 'ACTIVE' })
    expect(servers.has(B)).toBe(false)
  })

  it('uses the list after a 404 of the native layer, which may mean the path', async () => {
    const reply = answer(404, { itemNotFound: { code: 404, message: 'no' } })
    const api = cloud(({ path }) => (path.endsWith('/detail') ? answer(200, { servers: [server(A)] }) : reply))

    expect((await seen(api, [A])).servers.get(A)).toMatchObject({ status: 'ACTIVE' })
  })

  it('asks the native API for whom the list lacks where its own is not served', async () => {
    const api = cloud(({ path }) => {
      if (path.endsWith('/detail')) return answer(200, { servers: [server(A)] })
      return path.startsWith('/v1/') ? notServed : answer(404, { itemNotFound: { code: 404, message: 'no' } })
    })

    const { servers } = await seen(api, [A, B])

    expect(servers.get(B)).toBe('absent')
  })

  it('is no look when it shows another server', async () => {
    const api = cloud(() => answer(200, { server: server(B) }))

    expect(await look(api, [A])).toStrictEqual({
      kind: 'unreadable',
      code: 'OtherServer',
      reason: `another server was shown in the place of ${A}`,
      waitMs: null,
      auth: false,
    })
  })

  it('knows a server by its id in capitals', async () => {
    const api = cloud(() => answer(200, { server: server(A.toUpperCase()) }))

    expect((await seen(api, [A])).servers.get(A)).toMatchObject({ status: 'ACTIVE' })
  })

  it.each([notServed, refusal(404, 'Ecs.0114')])('uses the native API where neither is served', async (reply) => {
    const api = cloud(({ path }) => {
      if (path.endsWith('/detail')) return reply
      if (path.startsWith('/v1/')) return notServed
      return path.endsWith(A)
        ? answer(200, { server: server(A) })
        : answer(404, { itemNotFound: { code: 404, message: 'no' } })
    })

    const { servers } = await seen(api, [A, B])

    expect(pathsOf(api)).toEqual([
      `/v1/cloudservers/${A}`,
      '/v1/cloudservers/detail',
      `/v2.1/servers/${A}`,
      `/v2.1/servers/${B}`,
    ])
    expect(servers.get(A)).toMatchObject({ status: 'ACTIVE' })
    expect(servers.get(B)).toBe('absent')
  })

  it('says why when nothing is served', async () => {
    expect(
      await look(
        cloud(() => notServed),
        [A],
      ),
    ).toMatchObject({ kind: 'unreadable', code: 'APIGW.0101' })
  })

  it.each([
    ['a lost answer', timedOut, { code: 'ETIMEDOUT', auth: false }],
    ['HTML', answer(200, '<html>'), { code: 'HTTP.200' }],
    ['a server without a status', answer(200, { server: { id: A } }), { code: 'HTTP.200' }],
    ['an error', refusal(400, 'Common.0025'), { code: 'Common.0025', auth: false }],
    ['a 404 of the service itself', refusal(404, 'Ecs.0023'), { code: 'Ecs.0023' }],
    [
      'a throttle',
      answer(429, { error_code: 'APIGW.0308', error_msg: 'x' }, { 'retry-after': '4' }),
      { waitMs: 4_000 },
    ],
    ['a refused signature', answer(401, { error_code: 'APIGW.0301', error_msg: 'x' }), { auth: true }],
    ['a refused token', refusal(400, 'Common.0013'), { auth: true }],
  ])('%s is no look, and nothing more is asked', async (_, reply, expected) => {
    const api = cloud(() => reply)

    expect(await look(api, [A, B])).toMatchObject({ kind: 'unreadable', ...expected })
    expect(api.requests).toHaveLength(1)
  })

  it.each([
    [10, 10],
    [11, 1],
  ])('of %i takes %i calls: the list is read once it is cheaper', async (count, calls) => {
    const ids = fleet(count)
    const api = cloudWith(Object.fromEntries(ids.map((id) => [id, {}])))

    expect((await seen(api, ids)).servers.size).toBe(count)
    expect(api.requests).toHaveLength(calls)
  })

  it('asks for the first alone, and then for three at once: five refusals lock a key', async () => {
    const ids = fleet(10)
    let waiting: (() => void)[] = []
    const rounds: number[] = []
    const api: Api = {
      now: () => NOW,
      send: async ({ path }) => {
        await new Promise<void>((resolve) => {
          waiting.push(resolve)
          if (waiting.length > 1) return
          setImmediate(() => {
            rounds.push(waiting.length)
            const all = waiting
            waiting = []
            for (const go of all) go()
          })
        })
        return answer(200, { server: server(path.slice(-36)) })
      },
    }

    expect([...(await seen(api, ids)).servers.keys()]).toEqual(ids)
    expect(rounds).toEqual([1, 3, 3, 3])
  })

  it('fails as a whole when a later server cannot be read', async () => {
    const api = cloud((_, index) => (index === 0 ? answer(200, { server: server(A) }) : timedOut))

    expect(await look(api, [A, B])).toMatchObject({ kind: 'unreadable', code: 'ETIMEDOUT' })
  })
})

describe('a look at many servers', () => {
  it('reads the list, page by page, until all were seen', async () => {
    const ids = fleet(1_400)
    const api = cloudWith(Object.fromEntries(ids.map((id) => [id, {}])))

    const { servers } = await seen(api, ids.slice(0, 700))

    expect(servers.size).toBe(700)
    expect(api.requests.map(({ query }) => query)).toEqual([
      { limit: '500', offset: '1' },
      { limit: '500', offset: '2' },
    ])
  })

  it('asks for the few that the list does not have', async () => {
    const [hidden = '', gone = '', ...listed] = fleet(20)
    const api = cloud(({ path }) => {
      if (path.endsWith('/detail')) return answer(200, { servers: listed.map((id) => server(id)) })
      return path.endsWith(hidden) ? answer(200, { server: server(hidden) }) : refusal(404, 'Ecs.0114')
    })

    const { servers } = await seen(api, [hidden, gone, ...listed])

    expect(servers.get(hidden)).toMatchObject({ status: 'ACTIVE' })
    expect(servers.get(gone)).toBe('absent')
    expect(servers.size).toBe(20)
  })

  it('believes a list that has none of many when a sample does not exist either', async () => {
    const ids = fleet(50)
    const api = cloudWith({ [A]: {} })

    const { servers } = await seen(api, ids)

    expect([...servers.values()].filter((one) => one === 'absent')).toHaveLength(50)
    expect(api.requests).toHaveLength(11)
  })

  it.each([
    [50, 49],
    [150, 99],
  ])(
    'does not believe a list of %i when a server that it lacks exists: asks for each, up to a hundred',
    async (count, absent) => {
      const ids = fleet(count)
      const api = cloud(({ path }) => {
        if (path.endsWith('/detail')) return answer(200, { servers: [] })
        return path.endsWith(ids[3]!) ? answer(200, { server: server(ids[3]!) }) : refusal(404, 'Ecs.0114')
      })

      const { servers } = await seen(api, ids)

      expect(servers.get(ids[3]!)).toMatchObject({ status: 'ACTIVE' })
      expect([...servers.values()].filter((one) => one === 'absent')).toHaveLength(absent)
      expect(servers.size).toBe(absent + 1)
    },
  )

  it('takes no server for absent when the sample cannot be read', async () => {
    const ids = fleet(20)
    const api = cloud(({ path }) => (path.endsWith('/detail') ? answer(200, { servers: [server(ids[0]!)] }) : timedOut))

    expect([...(await seen(api, ids)).servers.keys()]).toEqual([ids[0]])
  })

  it('looks once more for servers that slipped between two pages', async () => {
    const ids = fleet(600)
    const all = ids.map((id) => server(id))
    let pass = 0
    const api = cloud(({ path, query }) => {
      if (!path.endsWith('/detail')) return refusal(404, 'Ecs.0114')
      const page = Number(query?.['offset'])
      if (page === 1) pass += 1
      // In the first pass one server was deleted after page 1, so that number 500 moved to the page already read.
      const from = page === 1 ? 0 : pass === 1 ? 501 : 500
      return answer(200, { servers: all.slice(from, page === 1 ? 500 : 1_000) })
    })

    const { servers } = await seen(api, ids)

    expect(servers.get(ids[500]!)).toMatchObject({ status: 'ACTIVE' })
  })

  it('does not go on when the second pass fails', async () => {
    const ids = fleet(600)
    const api = cloud((_, index) => {
      if (index > 1) return timedOut
      return answer(200, { servers: index === 0 ? ids.slice(0, 500).map((id) => server(id)) : [] })
    })

    expect(await look(api, ids)).toMatchObject({ kind: 'unreadable', code: 'ETIMEDOUT' })
  })

  it('ends when a cloud shows the same page for ever', async () => {
    const page = { servers: fleet(500).map((id) => server(id)) }
    const api = cloud(({ path }) => (path.endsWith('/detail') ? answer(200, page) : refusal(404, 'Ecs.0114')))

    const { servers } = await seen(api, [...fleet(12), A])

    expect(servers.get(A)).toBe('absent')
    expect(api.requests.length).toBeLessThan(10)
  })

  it('leaves out an entry that cannot be read', async () => {
    const ids = fleet(11)
    const entries = ids.map((id, index) => (index === 0 ? { id } : server(id.toUpperCase())))
    const api = cloud(({ path }) => (path.endsWith('/detail') ? answer(200, { servers: entries }) : timedOut))

    const { servers } = await seen(api, ids)

    expect([...servers.keys()]).toEqual(ids.slice(1))
  })

  it('asks for each where no list is served', async () => {
    const ids = fleet(20)
    const api = cloud(({ path }) => {
      if (path.endsWith('/detail') || path.startsWith('/v2.1/')) return notServed
      return answer(200, { server: server(path.slice(-36)) })
    })

    expect((await seen(api, ids)).servers.size).toBe(20)
  })

  it('asks the native API for each where nothing else is served', async () => {
    const ids = fleet(11)
    const api = cloud(({ path }) =>
      path.startsWith('/v1/') ? notServed : answer(200, { server: server(path.slice(-36)) }),
    )

    expect((await seen(api, ids)).servers.size).toBe(11)
  })

  it('is no look when the list cannot be read, although the servers could be: each would be asked for in vain', async () => {
    const api = cloud(({ path }) =>
      path.endsWith('/detail') ? timedOut : answer(200, { server: server(path.slice(-36)) }),
    )

    expect(await look(api, fleet(20))).toMatchObject({ kind: 'unreadable', code: 'ETIMEDOUT' })
    expect(api.requests).toHaveLength(1)
  })

  it('a list that cannot be read is no look', async () => {
    expect(
      await look(
        cloud(() => timedOut),
        fleet(20),
      ),
    ).toMatchObject({ kind: 'unreadable', code: 'ETIMEDOUT' })
  })
})
