import { expect, test } from 'vitest'

import { ecsCloud, errorOf, jobIdOf, json, projectId, serverId, serverIds } from '../../../helpers/ecs-cloud.ts'

const MINUTE = 60_000
const bms = (options: Parameters<typeof ecsCloud>[0] = {}) => ecsCloud({ service: 'bms', ...options })
const shutoff = { servers: [{ id: serverId(1), projectId, status: 'SHUTOFF' as const }] }

test('a bare metal job has a dashed id, its own types, and takes 5 to 15 minutes', () => {
  const cloud = bms()
  const id = jobIdOf(cloud.restart(serverIds(40)))

  cloud.clock.advance(5 * MINUTE)
  const early = cloud.job(id)
  cloud.clock.advance(11 * MINUTE)
  const late = cloud.job(id)

  expect(id).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/u)
  expect(early.entities.sub_jobs.every(({ status }) => status === 'RUNNING')).toBe(true)
  expect(late).toMatchObject({ status: 'SUCCESS', job_type: 'baremetalBatchOperate' })
  expect(late.entities.sub_jobs[0]?.job_type).toBe('baremetalSingleOperate')
})

test('answers come through the firewall, cookies included', () => {
  const reply = bms().restart([serverId(1)])

  expect(reply.headers).toMatchObject({ server: 'CloudWAF', 'set-cookie': expect.stringContaining('HWWAFSESID=') })
})

test.each([
  ['as-hard', 200, 'HARD_REBOOT'],
  ['no-effect', 200, 'ACTIVE'],
  ['refused', 400, 'ACTIVE'],
] as const)('SOFT is %s', (bmsSoft, status, seen) => {
  const cloud = bms({ oddities: { bmsSoft } })

  const reply = cloud.restart([serverId(1)], 'SOFT')
  cloud.clock.advance(MINUTE)

  expect(reply.status).toBe(status)
  expect(cloud.show(serverId(1))['status']).toBe(seen)
})

test('more than 1,000 servers are out of range; there is no limit per minute', () => {
  const cloud = bms()

  const over = cloud.restart(serverIds(1001))
  const replies = [cloud.restart(serverIds(1000)), cloud.restart([serverId(2000)])]

  expect(errorOf(over)).toEqual({ status: 400, code: 'BMS.0205' })
  expect(replies.map(({ status }) => status)).toEqual([200, 200])
})

test('each state that stands in the way has its code', () => {
  const rebooting = bms()
  rebooting.restart([serverId(1)])
  const starting = bms({ fleet: shutoff })
  starting.start([serverId(1)])
  const stopping = bms()
  stopping.stop([serverId(1)])
  const running = bms({ fleet: { servers: [{ id: serverId(1), projectId }] } })

  const codes = [
    starting.stop([serverId(1)]),
    stopping.start([serverId(1)]),
    rebooting.restart([serverId(1)]),
    running.start([serverId(1)]),
    bms({ fleet: shutoff }).stop([serverId(1)]),
    bms({ fleet: { unknown: 'missing' } }).restart([serverId(1)]),
  ].map(errorOf)

  expect(codes).toEqual(
    ['BMS.0035', 'BMS.0036', 'BMS.0037', 'BMS.0038', 'BMS.0039', 'BMS.0040'].map((code) => ({ status: 400, code })),
  )
})

test('to delete, one has to say what becomes of the elastic IP', () => {
  const cloud = bms()
  const body = { servers: [{ id: serverId(1) }] }

  expect(errorOf(cloud.post('delete', body))).toEqual({ status: 400, code: 'BMS.0018' })
  expect(cloud.post('delete', { ...body, delete_publicip: true }).status).toBe(200)
})

test('a yearly server says so in its own key', () => {
  const cloud = bms({ fleet: { servers: [{ id: serverId(1), projectId, prepaid: true }] } })

  const page = json(cloud.list('limit=10&offset=1')) as { servers: { metadata: object }[] }

  expect(page.servers[0]?.metadata).toEqual({ chargingMode: '1' })
})
