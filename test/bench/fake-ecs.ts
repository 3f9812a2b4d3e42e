import type { RawReply, RawRequest } from '../../infra/local/simulators/simulator.ts'
import { logNormalOf, randomOf } from '../helpers/random.ts'
import type { VirtualClock } from '../helpers/world/clock.ts'
import { rollingWindow } from './rolling-window.ts'

/** `ends` are those of the sub jobs, in order of the servers; the job itself ends at `endsAt`. ms since the epoch. */
type Job = { id: string; servers: readonly string[]; ends: readonly number[]; endsAt: number }

const reply = (status: number, body: unknown): RawReply => ({
  status,
  headers: { 'content-type': 'application/json' },
  body: Buffer.from(JSON.stringify(body)),
})

const hex = (random: () => number): string =>
  Array.from({ length: 4 }, () =>
    Math.floor(random() * 2 ** 32)
      .toString(16)
      .padStart(8, '0'),
  ).join('')

/**
 * ECS as far as a restart needs it, with log-normal jobs (median 30 s, σ 0.35) whose servers come back one after the other
 * in the second half of it. Takes so many servers in any minute and refuses what is over that.
 */
export const fakeEcs = ({ now }: VirtualClock, perMinute: number) => {
  const random = randomOf(7)
  const duration = logNormalOf(random, 30_000, 0.35)
  const window = rollingWindow(perMinute, 60_000)
  const jobs = new Map<string, Job>()
  let refused = 0

  const submit = (body: string): RawReply => {
    const { reboot } = JSON.parse(body) as { reboot: { servers: { id: string }[] } }
    const servers = reboot.servers.map(({ id }) => id)
    if (!window.take(servers.length, now())) {
      refused += 1
      return reply(429, { error: { code: 'Common.0024', message: 'flow limit' } })
    }
    const took = duration()
    const ends = servers.map(() => now() + took * (0.5 + random() / 2))
    const job = { id: `ff8080${hex(random).slice(6)}`, servers, ends, endsAt: now() + took }
    jobs.set(job.id, job)
    return reply(200, { job_id: job.id })
  }

  const show = ({ id, servers, ends, endsAt }: Job): RawReply => {
    const state = (over: boolean) => ({ status: over ? 'SUCCESS' : 'RUNNING', error_code: null, fail_reason: null })
    return reply(200, {
      job_id: id,
      job_type: 'serversAction',
      ...state(endsAt <= now()),
      entities: {
        sub_jobs_total: servers.length,
        sub_jobs: servers.map((server, i) => ({
          job_id: `${id.slice(0, 24)}${i.toString(16).padStart(8, '0')}`,
          job_type: 'serverActions',
          ...state((ends[i] ?? endsAt) <= now()),
          entities: { server_id: server },
        })),
      },
    })
  }

  return {
    handle: ({ method, target, body }: RawRequest): RawReply => {
      if (method === 'POST') return submit(body.toString())
      const job = jobs.get(target.split('/').at(-1) ?? '')
      return job === undefined ? reply(400, { error: { code: 'Common.0011', message: 'no such job' } }) : show(job)
    },
    actions: () => [],
    /** When each job was over, by its id. */
    jobEnds: () => new Map([...jobs.values()].map(({ id, endsAt }) => [id, endsAt])),
    /** Calls that were over the limit. */
    refused: () => refused,
  }
}
