import { describe, expect, test } from 'vitest'

import { ecsCloud, errorOf, jobIdOf, projectId, serverId, serverIds } from '../../../helpers/ecs-cloud.ts'

const MINUTE = 60_000
const shutoff = { id: serverId(1), projectId, status: 'SHUTOFF' as const }

describe('a server that cannot be acted on', () => {
  test('one that is missing refuses the whole request', () => {
    const cloud = ecsCloud({ fleet: { unknown: 'missing', servers: [{ id: serverId(1), projectId }] } })

    const reply = cloud.restart(serverIds(2))

    expect(errorOf(reply)).toEqual({ status: 404, code: 'Ecs.0114' })
    expect(cloud.simulator.actions()).toEqual([])
  })

  test('or fails its own part only, when switched so', () => {
    const fleet = { unknown: 'missing' as const, servers: [{ id: serverId(1), projectId }] }
    const cloud = ecsCloud({ fleet, oddities: { missing: 'sub-job' } })
    const id = jobIdOf(cloud.restart(serverIds(2)))

    cloud.clock.advance(MINUTE)
    const subJobs = cloud.job(id).entities.sub_jobs

    expect(subJobs.find(({ entities }) => entities.server_id === serverId(2))?.error_code).toBe('Ecs.0114')
    expect(subJobs.find(({ entities }) => entities.server_id === serverId(1))?.status).toBe('SUCCESS')
    expect(cloud.simulator.actions().map(({ nodeId }) => nodeId)).toEqual([serverId(1)])
  })

  test('one of another project is missing', () => {
    const cloud = ecsCloud({ fleet: { servers: [{ id: serverId(1), projectId: 'other' }] } })

    expect(errorOf(cloud.restart([serverId(1)]))).toEqual({ status: 404, code: 'Ecs.0114' })
  })

  test('a stopped one is not restarted or stopped, a running one not started', () => {
    const stopped = ecsCloud({ fleet: { servers: [shutoff] } })
    const running = ecsCloud({ fleet: { servers: [{ id: serverId(1), projectId }] } })

    const replies = [stopped.restart([serverId(1)]), stopped.stop([serverId(1)]), running.start([serverId(1)])]

    expect(replies.map(errorOf)).toEqual(Array.from({ length: 3 }, () => ({ status: 400, code: 'Ecs.0100' })))
  })

  test('or the wrong state fails its own part only, when switched so', () => {
    const cloud = ecsCloud({ fleet: { servers: [shutoff] }, oddities: { wrongState: 'sub-job' } })
    const id = jobIdOf(cloud.restart(serverIds(2)))

    cloud.clock.advance(MINUTE)

    expect(cloud.job(id).status).toBe('FAIL')
    expect(cloud.simulator.actions().map(({ nodeId }) => nodeId)).toEqual([serverId(2)])
  })

  test.each([
    ['Ecs.0100', 400],
    ['Ecs.0603', 501],
  ] as const)('one that is still restarting is busy: %s', (busy, status) => {
    const cloud = ecsCloud({ oddities: { busy } })
    cloud.restart([serverId(1)])

    const again = cloud.restart([serverId(1)])

    expect(errorOf(again)).toEqual({ status, code: busy })
    expect(cloud.simulator.actions()).toHaveLength(1)
  })

  test('a yearly one is not deleted', () => {
    const cloud = ecsCloud({ fleet: { servers: [{ id: serverId(1), projectId, prepaid: true }] } })

    expect(errorOf(cloud.remove([serverId(1)]))).toEqual({ status: 400, code: 'Ecs.0513' })
    expect(cloud.show(serverId(1))['metadata']).toEqual({ charging_mode: '1' })
  })
})

test('a deleted server stays deleted, although unknown ones are made', () => {
  const cloud = ecsCloud()
  cloud.remove([serverId(1)])

  cloud.clock.advance(MINUTE)

  expect(errorOf(cloud.remove([serverId(1)]))).toEqual({ status: 404, code: 'Ecs.0114' })
})
