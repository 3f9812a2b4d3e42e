import { expect, test } from 'vitest'

import { ecsCloud, errorOf, jobIdOf, json, projectId, serverId, serverIds } from '../../../helpers/ecs-cloud.ts'

const MINUTE = 60_000
const servers = serverIds(2500).map((id) => ({ id, projectId }))
type Page = { count: number; servers: { id: string }[] }

test('a list is paged by page number and says how many there are', () => {
  const { list } = ecsCloud({ fleet: { servers } })

  const pages = [1, 2, 3, 4].map((page) => json(list(`limit=1000&offset=${page}`)) as Page)

  expect(pages.map((page) => page.servers.length)).toEqual([1000, 1000, 500, 0])
  expect(pages[0]!.count).toBe(2500)
  expect(new Set(pages.flatMap((page) => page.servers.map(({ id }) => id))).size).toBe(2500)
})

test.each(['limit=1001', 'limit=0', 'limit=1000&offset=0', 'limit=ten'])('a list is refused with %s', (query) => {
  const { call } = ecsCloud()

  const reply = call({ path: `/v1/${projectId}/cloudservers/detail`, query: query.split('&').toSorted().join('&') })

  expect(errorOf(reply)).toEqual({ status: 400, code: 'Ecs.0005' })
})

test('a restart shows in status, task and updated when the job takes the server up, and when it is over', () => {
  const cloud = ecsCloud({ fleet: { servers } })
  const before = cloud.show(serverId(1))
  cloud.restart([serverId(1)])

  const accepted = cloud.show(serverId(1))
  cloud.clock.advance(5000)
  const during = cloud.show(serverId(1))
  cloud.clock.advance(MINUTE)
  const after = cloud.show(serverId(1))

  expect(accepted).toEqual(before)
  expect(during).toMatchObject({
    status: 'REBOOT',
    'OS-EXT-STS:task_state': 'rebooting',
    'OS-EXT-STS:vm_state': 'active',
  })
  expect(after).toMatchObject({ status: 'ACTIVE', 'OS-EXT-STS:task_state': null })
  const updated = [before, during, after].map((server) => String(server['updated']))
  expect(updated.toSorted()).toEqual(updated)
  expect(new Set(updated).size).toBe(3)
  expect(updated[0]).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/u)
})

test('a forcible restart shows as one', () => {
  const cloud = ecsCloud()
  cloud.restart([serverId(1)], 'HARD')

  cloud.clock.advance(5000)

  expect(cloud.show(serverId(1))).toMatchObject({ status: 'HARD_REBOOT', 'OS-EXT-STS:task_state': 'rebooting_hard' })
})

test('a server stops, starts and goes', () => {
  const cloud = ecsCloud({ fleet: { servers } })
  const statuses: unknown[] = []
  const see = () => {
    cloud.clock.advance(MINUTE)
    statuses.push(cloud.show(serverId(1))?.['status'])
  }

  cloud.stop([serverId(1)])
  see()
  cloud.start([serverId(1)])
  see()
  cloud.remove([serverId(1)])
  see()

  expect(statuses).toEqual(['SHUTOFF', 'ACTIVE', undefined])
  expect((json(cloud.list('limit=1')) as Page).count).toBe(2499)
})

test('a failed stop leaves the server running', () => {
  const cloud = ecsCloud({ fleet: { failing: { [serverId(1)]: { code: 'Ecs.0611', message: 'No.' } } } })
  const id = jobIdOf(cloud.stop([serverId(1)]))

  cloud.clock.advance(MINUTE)

  expect(cloud.job(id).status).toBe('FAIL')
  expect(cloud.show(serverId(1))['status']).toBe('ACTIVE')
})

test('an unknown server is seen as healthy, and made only when acted on', () => {
  const cloud = ecsCloud()

  const seen = cloud.show(serverId(1))
  const started = cloud.start([serverId(1)])

  expect(seen['status']).toBe('ACTIVE')
  expect(started.status).toBe(200)
})

test('the native API knows the same servers and words a missing one in its own way', () => {
  const cloud = ecsCloud({ fleet: { unknown: 'missing', servers: servers.slice(0, 1) } })

  const here = cloud.call({ path: `/v2.1/${projectId}/servers/${serverId(1)}` })
  const missing = cloud.call({ path: `/v2.1/${projectId}/servers/${serverId(2)}` })

  expect((json(here) as { server: object }).server).toEqual(cloud.show(serverId(1)))
  expect(missing.status).toBe(404)
  expect(json(missing)).toMatchObject({ itemNotFound: { code: 404 } })
})

test('a killed cloud goes on where it was', () => {
  const cloud = ecsCloud({ fleet: { servers: servers.slice(0, 3) } })
  const id = jobIdOf(cloud.restart(serverIds(3)))
  const text = JSON.stringify(cloud.simulator.snapshot())
  cloud.clock.advance(20_000)
  const expected = cloud.job(id)

  const reborn = ecsCloud()
  reborn.simulator.restore(JSON.parse(text))
  reborn.clock.advance(20_000)

  expect(reborn.job(id)).toEqual(expected)
  expect(reborn.simulator.actions()).toEqual(cloud.simulator.actions())
  expect(errorOf(reborn.restart(Array.from({ length: 998 }, (_, n) => serverId(n + 10))))).toMatchObject({
    status: 202,
  })
})

test('reading changes nothing worth keeping', () => {
  const cloud = ecsCloud()
  const id = jobIdOf(cloud.restart([serverId(1)]))
  const before = cloud.simulator.revision()

  cloud.clock.advance(MINUTE)
  cloud.job(id)
  cloud.show(serverId(2))
  cloud.list('limit=10')

  expect(cloud.simulator.revision()).toBe(before)
})
