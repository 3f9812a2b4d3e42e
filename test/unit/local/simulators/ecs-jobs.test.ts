import { describe, expect, test } from 'vitest'

import { ecsCloud, errorOf, jobIdOf, json, projectId, serverId, serverIds } from '../../../helpers/ecs-cloud.ts'
import type { JobView } from '../../../helpers/ecs-cloud.ts'

const MINUTE = 60_000
const DAY = 86_400_000
const seconds = (from: string, to: string) => (Date.parse(to) - Date.parse(from)) / 1000

/** Follows a job to its end in small steps; every view of it, oldest first. */
const follow = (cloud: ReturnType<typeof ecsCloud>, id: string, stepMs = 250): JobView[] => {
  const views: JobView[] = []
  for (let step = 0; step < 4000; step += 1) {
    const view = cloud.job(id)
    views.push(view)
    if (view.status === 'SUCCESS' || view.status === 'FAIL') break
    cloud.clock.advance(stepMs)
  }
  return views
}

describe('a job', () => {
  test('goes from INIT over RUNNING to SUCCESS', () => {
    const cloud = ecsCloud()

    const views = follow(cloud, jobIdOf(cloud.restart(serverIds(20))), 100)

    expect([...new Set(views.map(({ status }) => status))]).toEqual(['INIT', 'RUNNING', 'SUCCESS'])
  })

  test('has an empty end_time and no error keys while it runs', () => {
    const cloud = ecsCloud()
    const id = jobIdOf(cloud.restart([serverId(1)]))

    cloud.clock.advance(5000)
    const running = cloud.job(id)

    expect(running).toMatchObject({ status: 'RUNNING', end_time: '' })
    expect(running).not.toHaveProperty('error_code')
    expect(running.entities.sub_jobs[0]).toMatchObject({ status: 'RUNNING', end_time: '' })
    expect(running.entities.sub_jobs[0]).not.toHaveProperty('fail_reason')
  })

  test('takes 15 to 35 s per server and ends 3 to 10 s after the last of them', () => {
    const cloud = ecsCloud()

    const last = follow(cloud, jobIdOf(cloud.restart(serverIds(50)))).at(-1)!

    const subJobs = last.entities.sub_jobs
    const taken = subJobs.map((subJob) => seconds(subJob.begin_time, subJob.end_time))
    const ends = subJobs.map(({ end_time }) => end_time).toSorted()
    expect(Math.min(...taken)).toBeGreaterThanOrEqual(14.9)
    expect(Math.max(...taken)).toBeLessThanOrEqual(35.1)
    expect(seconds(ends.at(-1)!, last.end_time)).toBeGreaterThanOrEqual(3)
    expect(seconds(ends.at(-1)!, last.end_time)).toBeLessThanOrEqual(10)
  })

  test('has the types, keys and nulls of the recorded one', () => {
    const cloud = ecsCloud()

    const last = follow(cloud, jobIdOf(cloud.restart([serverId(1)]))).at(-1)!

    expect(Object.keys(last).join(' ')).toBe(
      'job_id job_type begin_time end_time status error_code fail_reason entities',
    )
    expect(last).toMatchObject({ job_type: 'serversAction', error_code: null, fail_reason: null })
    expect(last.entities).toMatchObject({
      sub_jobs_total: 1,
      sub_jobs: [
        { job_type: 'serverActions', status: 'SUCCESS', error_code: null, entities: { server_id: serverId(1) } },
      ],
    })
  })

  test('fails with a wrapper code when one server fails; the cause is in its sub job alone', () => {
    const cloud = ecsCloud({ fleet: { failing: { [serverId(2)]: { code: 'Ecs.0219', message: 'No image.' } } } })

    const last = follow(cloud, jobIdOf(cloud.restart(serverIds(3)))).at(-1)!

    expect(last).toMatchObject({ status: 'FAIL', error_code: 'Common.0021' })
    const failed = last.entities.sub_jobs.filter(({ status }) => status === 'FAIL')
    expect(failed).toHaveLength(1)
    expect(failed[0]).toMatchObject({
      error_code: 'Ecs.0219',
      fail_reason: 'No image.',
      entities: { server_id: serverId(2), errorcode_message: 'No image.' },
    })
    expect(last.entities.sub_jobs.filter(({ status }) => status === 'SUCCESS')).toHaveLength(2)
  })

  test('fails for the share of servers asked for, the same ones for the same seed', () => {
    const run = () => {
      const cloud = ecsCloud({ fleet: { failureRate: 0.1 } })
      const last = follow(cloud, jobIdOf(cloud.restart(serverIds(1000))), 1000).at(-1)!
      return last.entities.sub_jobs.filter(({ status }) => status === 'FAIL').map(({ entities }) => entities.server_id)
    }

    const failed = run()

    expect(failed.length).toBeGreaterThan(60)
    expect(failed.length).toBeLessThan(140)
    expect(run().toSorted()).toEqual(failed.toSorted())
  })

  test('names its sub jobs in an order that changes, each exactly once', () => {
    const cloud = ecsCloud()
    const id = jobIdOf(cloud.restart(serverIds(10)))
    const order = () => cloud.job(id).entities.sub_jobs.map(({ entities }) => entities.server_id)

    const first = order()
    cloud.clock.advance(1000)
    const second = order()

    expect(second).not.toEqual(first)
    expect(second.toSorted()).toEqual(serverIds(10))
  })

  test('gives the entities of a sub job as an array, when switched so', () => {
    const cloud = ecsCloud({ oddities: { subJobEntities: 'array' } })

    const job = cloud.job(jobIdOf(cloud.restart([serverId(1)])))

    expect(job.entities.sub_jobs[0]!.entities).toEqual([{ server_id: serverId(1) }])
  })

  test('is forgotten 24 h after its end, not before', () => {
    const cloud = ecsCloud()
    const id = jobIdOf(cloud.restart([serverId(1)]))
    cloud.clock.advance(MINUTE)

    cloud.clock.advance(DAY - MINUTE)
    const kept = cloud.job(id)
    cloud.clock.advance(MINUTE)
    const gone = cloud.call({ path: `/v1/${projectId}/jobs/${id}` })

    expect(kept.status).toBe('SUCCESS')
    expect(errorOf(gone)).toEqual({ status: 400, code: 'Common.0011' })
  })

  test('belongs to its project', () => {
    const cloud = ecsCloud()
    const id = jobIdOf(cloud.restart([serverId(1)]))

    const elsewhere = cloud.call({ path: `/v1/other/jobs/${id}`, projectId: 'other' })

    expect(errorOf(elsewhere)).toEqual({ status: 400, code: 'Common.0011' })
  })

  test('runs faster by the scale of the clock, its retention too', () => {
    const cloud = ecsCloud({ scale: 60 })
    const id = jobIdOf(cloud.restart(serverIds(5)))

    cloud.clock.advance(800)
    const done = cloud.job(id)
    cloud.clock.advance(DAY / 60)
    const gone = json(cloud.call({ path: `/v1/${projectId}/jobs/${id}` })) as JobView

    expect(done.status).toBe('SUCCESS')
    expect(gone.error?.code).toBe('Common.0011')
  })
})
