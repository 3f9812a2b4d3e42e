import { describe, expect, test } from 'vitest'

import { ecsCloud, errorOf, jobIdOf, serverId, serverIds } from '../../../helpers/ecs-cloud.ts'

const MINUTE = 60_000

describe('a stuck server', () => {
  test('keeps its job RUNNING while the others of the batch are done', () => {
    const cloud = ecsCloud({ fleet: { stuck: [serverId(1)] } })
    const id = jobIdOf(cloud.restart(serverIds(2)))

    cloud.clock.advance(45 * MINUTE)
    const job = cloud.job(id)

    expect(job).toMatchObject({ status: 'RUNNING', end_time: '' })
    expect(job.entities.sub_jobs.map(({ status }) => status).toSorted()).toEqual(['RUNNING', 'SUCCESS'])
  })

  test('is freed by a forcible restart, which ends the first job in failure', () => {
    const cloud = ecsCloud({ fleet: { stuck: [serverId(1)] } })
    const soft = jobIdOf(cloud.restart([serverId(1)], 'SOFT'))
    cloud.clock.advance(30 * MINUTE)

    const again = cloud.restart([serverId(1)], 'SOFT')
    const hard = jobIdOf(cloud.restart([serverId(1)], 'HARD'))
    cloud.clock.advance(MINUTE)

    expect(errorOf(again)).toEqual({ status: 400, code: 'Ecs.0100' })
    expect(cloud.job(hard).status).toBe('SUCCESS')
    expect(cloud.job(soft)).toMatchObject({ status: 'FAIL', error_code: 'Common.0021' })
    expect(cloud.show(serverId(1))['status']).toBe('ACTIVE')
  })
})
