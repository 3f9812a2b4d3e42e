import { describe, expect, test } from 'vitest'

import { ecsCloud, errorOf, jobIdOf, json, projectId, serverId, serverIds } from '../../../helpers/ecs-cloud.ts'
import { huaweiRequest } from '../../../helpers/huawei-client.ts'

const MINUTE = 60_000
const one = [{ id: serverId(1) }]

describe('an accepted request', () => {
  test('is answered with a job id of 32 hex digits', () => {
    const reply = ecsCloud().restart([serverId(1)])

    expect(reply.status).toBe(200)
    expect(json(reply)).toEqual({ job_id: expect.stringMatching(/^[0-9a-f]{32}$/u) })
  })

  test('is a 202 with a job id, or a 204 without anything, when switched so', () => {
    const later = ecsCloud({ oddities: { submitStatus: 202 } }).restart([serverId(1)])
    const silent = ecsCloud({ oddities: { submitStatus: 204 } })
    const reply = silent.restart([serverId(1)])

    expect(later.status).toBe(202)
    expect(jobIdOf(later)).toHaveLength(32)
    expect([reply.status, reply.body]).toEqual([204, ''])
    expect(silent.simulator.actions()).toHaveLength(1)
  })

  test('is in the log of actions, server by server', () => {
    const cloud = ecsCloud()

    const id = jobIdOf(cloud.stop(serverIds(2), 'SOFT'))

    expect(cloud.simulator.actions()).toEqual(
      serverIds(2).map((nodeId) => ({
        nodeId,
        action: 'stop',
        at: cloud.clock.now(),
        jobId: id,
        options: { type: 'SOFT' },
      })),
    )
  })
})

describe('a body the documents do not allow is refused whole', () => {
  test.each<[string, unknown]>([
    ['restart without a type', { reboot: { servers: one } }],
    ['a type that does not exist', { reboot: { type: 'soft', servers: one } }],
    ['two operations', { reboot: { type: 'SOFT', servers: one }, 'os-stop': { servers: one } }],
    ['no operation', {}],
    ['no servers', { 'os-start': { servers: [] } }],
    ['a type to start', { 'os-start': { type: 'SOFT', servers: one } }],
    ['ids that are not objects', { 'os-start': { servers: [serverId(1)] } }],
    ['an id that leaves the path', { 'os-start': { servers: [{ id: '../x' }] } }],
    ['an id twice', { 'os-stop': { servers: [...one, ...one] } }],
    ['a list', []],
  ])('%s', (_, body) => {
    const cloud = ecsCloud()

    const reply = cloud.post('action', body)

    expect(errorOf(reply)).toEqual({ status: 400, code: 'Ecs.0005' })
    expect(cloud.simulator.actions()).toEqual([])
  })

  test('delete with words instead of booleans', () => {
    const reply = ecsCloud().post('delete', { servers: one, delete_publicip: 'false', delete_volume: false })

    expect(errorOf(reply)).toEqual({ status: 400, code: 'Ecs.0005' })
  })

  test('bytes that are not JSON', () => {
    const { clock, simulator } = ecsCloud()
    const path = `/v1/${projectId}/cloudservers/action`

    const reply = simulator.handle(huaweiRequest({ method: 'POST', path, projectId, at: clock.now() }))

    expect(errorOf(reply)).toEqual({ status: 400, code: 'Ecs.0005' })
  })
})

describe('the limits', () => {
  test('1,000 servers in one request pass, 1,001 do not', () => {
    const full = ecsCloud().restart(serverIds(1000))
    const over = ecsCloud().restart(serverIds(1001))

    expect(full.status).toBe(200)
    expect(errorOf(over)).toEqual({ status: 400, code: 'Ecs.0118' })
  })

  test('more than 1,000 servers in a rolling minute are a 202 with an error and no job', () => {
    const cloud = ecsCloud()
    cloud.restart(serverIds(600))
    cloud.clock.advance(MINUTE - 1)

    const refused = cloud.restart(Array.from({ length: 401 }, (_, n) => serverId(n + 2000)))
    cloud.clock.advance(1)
    const accepted = cloud.restart(Array.from({ length: 401 }, (_, n) => serverId(n + 2000)))

    expect(errorOf(refused)).toEqual({ status: 202, code: 'Common.0024' })
    expect(json(refused)).not.toHaveProperty('job_id')
    expect(accepted.status).toBe(200)
    expect(cloud.simulator.actions()).toHaveLength(1001)
  })

  test('the minute is another one in another project, and shorter on a fast clock', () => {
    const cloud = ecsCloud({ scale: 60 })
    cloud.restart(serverIds(1000))
    const body = { reboot: { type: 'SOFT', servers: [{ id: serverId(5000) }] } }

    const elsewhere = cloud.call({ method: 'POST', path: '/v1/other/cloudservers/action', projectId: 'other', body })
    const here = cloud.restart([serverId(5001)])
    cloud.clock.advance(1000)
    const later = cloud.restart([serverId(5001)])

    expect([elsewhere.status, here.status, later.status]).toEqual([200, 202, 200])
  })

  test('the refusal is a 429 of the gateway, when switched so', () => {
    const cloud = ecsCloud({ oddities: { flowLimit: 'APIGW.0308' } })
    cloud.restart(serverIds(1000))

    const refused = cloud.restart([serverId(5000)])

    expect(errorOf(refused)).toEqual({ status: 429, code: 'APIGW.0308' })
  })
})
