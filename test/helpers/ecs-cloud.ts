import { createBmsSimulator, createEcsSimulator } from '../../infra/local/simulators/ecs.ts'
import type { EcsSimulatorOptions } from '../../infra/local/simulators/ecs/options.ts'
import type { RawReply } from '../../infra/local/simulators/simulator.ts'
import { huaweiCredentials, huaweiRequest } from './huawei-client.ts'
import type { HuaweiCall } from './huawei-client.ts'
import { simClock } from './sim-clock.ts'

export const projectId = '0215ef11e49d4743be23dd97a1561e91'

/** The id of the n-th server of a test. */
export const serverId = (n: number): string => `616fb98f-46ca-475e-917e-${String(n).padStart(12, '0')}`
export const serverIds = (count: number): string[] => Array.from({ length: count }, (_, n) => serverId(n + 1))

export type SubJobView = {
  status: string
  job_id: string
  job_type: string
  begin_time: string
  end_time: string
  error_code?: string | null
  fail_reason?: string | null
  entities: { server_id: string; errorcode_message?: string }
}
export type JobView = Omit<SubJobView, 'entities'> & {
  entities: { sub_jobs_total: number; sub_jobs: SubJobView[] }
  error?: { code: string }
}

type Options = Partial<EcsSimulatorOptions> & { service?: 'ecs' | 'bms'; scale?: number }

/** A simulated cloud whose clock stands still, and a caller that knows its API. */
export const ecsCloud = ({ service = 'ecs', scale = 1, ...options }: Options = {}) => {
  const clock = simClock(scale)
  const create = service === 'ecs' ? createEcsSimulator : createBmsSimulator
  const simulator = create({ clock, seed: 7, credentials: huaweiCredentials, ...options })
  const collection = service === 'ecs' ? 'cloudservers' : 'baremetalservers'

  const call = (rest: Partial<HuaweiCall> & { path: string }): RawReply =>
    simulator.handle(huaweiRequest({ method: 'GET', projectId, at: clock.now(), ...rest }))
  const post = (end: 'action' | 'delete', body: unknown) =>
    call({ method: 'POST', path: `/v1/${projectId}/${collection}/${end}`, body })
  const servers = (ids: string[]) => ids.map((id) => ({ id }))

  return {
    clock,
    simulator,
    call,
    post,
    restart: (ids: string[], type: 'SOFT' | 'HARD' = service === 'ecs' ? 'SOFT' : 'HARD') =>
      post('action', { reboot: { type, servers: servers(ids) } }),
    start: (ids: string[]) => post('action', { 'os-start': { servers: servers(ids) } }),
    stop: (ids: string[], type: 'SOFT' | 'HARD' = 'HARD') =>
      post('action', { 'os-stop': { type, servers: servers(ids) } }),
    remove: (ids: string[]) => post('delete', { servers: servers(ids), delete_publicip: false, delete_volume: false }),
    job: (id: string) => json(call({ path: `/v1/${projectId}/jobs/${id}` })) as JobView,
    show: (id: string) =>
      (json(call({ path: `/v1/${projectId}/${collection}/${id}` })) as { server: Record<string, unknown> }).server,
    list: (query: string) => call({ path: `/v1/${projectId}/${collection}/detail`, query }),
  }
}

export const json = (reply: RawReply): unknown => JSON.parse(reply.body.toString())
export const jobIdOf = (reply: RawReply): string => (json(reply) as { job_id: string }).job_id
export const errorOf = (reply: RawReply): { status: number; code: string } => {
  const body = json(reply) as { error?: { code: string }; error_code?: string }
  return { status: reply.status, code: body.error?.code ?? body.error_code ?? '' }
}
