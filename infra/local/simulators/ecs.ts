import { createHuaweiGateway, gatewayError, serviceError } from './huawei-gateway.ts'
import type { Context } from './ecs/context.ts'
import { bms, ecs } from './ecs/flavour.ts'
import type { Flavour } from './ecs/flavour.ts'
import { jobReply } from './ecs/job.ts'
import { fleetWithDefaults, odditiesWithDefaults } from './ecs/options.ts'
import type { EcsSimulatorOptions } from './ecs/options.ts'
import { listServers, showServer } from './ecs/read.ts'
import { parseMutation } from './ecs/request.ts'
import { newServer } from './ecs/server.ts'
import { ecsSnapshot } from './ecs/state.ts'
import type { Accepted, EcsSnapshot, EcsState } from './ecs/state.ts'
import { submit } from './ecs/submit.ts'
import type { RawReply, RawRequest, Simulator } from './simulator.ts'

export type EcsSimulator = Simulator & {
  revision: () => number
  actions: () => ReadonlyArray<Accepted>
  snapshot: () => EcsSnapshot
}

/** Elastic Cloud Server of Open Telekom Cloud and of Huawei Cloud: batch actions, delete, jobs, server queries. */
export const createEcsSimulator = (options: EcsSimulatorOptions): EcsSimulator => createSimulator(ecs, options)

/** Bare Metal Server of both clouds: the same API under other names, slower. */
export const createBmsSimulator = (options: EcsSimulatorOptions): EcsSimulator => createSimulator(bms, options)

const createSimulator = (flavour: Flavour, options: EcsSimulatorOptions): EcsSimulator => {
  const { clock, seed } = options
  const fleet = fleetWithDefaults(options.fleet)
  const oddities = odditiesWithDefaults(clock, options.oddities)
  const context: Context = { clock, seed, flavour, fleet, oddities }
  const gateway = createHuaweiGateway({
    clock,
    seed,
    credentials: [options.credentials].flat(),
    headers: flavour.headers,
    wrongProject: oddities.wrongProject,
    ...(fleet.projects === undefined ? {} : { projects: fleet.projects }),
  })
  const bornAt = clock.now()
  const servers = fleet.servers.map((server) => newServer(bornAt, server))
  let state: EcsState = {
    bornAt,
    jobsMade: 0,
    servers: new Map(servers.map((server) => [server.id, server])),
    jobs: new Map(),
    admissions: [],
    actions: [],
    revision: 0,
  }

  const answer = (request: RawRequest): RawReply => {
    const route = findRoute(request, flavour)
    if (route === undefined) {
      return gatewayError(404, 'APIGW.0101', 'The API does not exist or has not been published in the environment')
    }
    const refused = gateway.refusal(request, route.projectId)
    return refused ?? perform(state, context, route, request)
  }

  return {
    handle: (request) => gateway.finish(answer(request)),
    snapshot: () => {
      const { bornAt: born, jobsMade, admissions, actions } = state
      const [kept, jobs] = [[...state.servers.values()], [...state.jobs.values()]]
      return {
        bornAt: born,
        jobsMade,
        gateway: gateway.state(),
        servers: kept,
        jobs,
        admissions: [...admissions],
        actions: [...actions],
      }
    },
    restore: (snapshot) => {
      const { gateway: door, ...parsed } = ecsSnapshot.parse(snapshot)
      gateway.restore(door)
      state = {
        ...parsed,
        servers: new Map(parsed.servers.map((server) => [server.id, server])),
        jobs: new Map(parsed.jobs.map((job) => [job.id, job])),
        revision: state.revision + 1,
      }
    },
    revision: () => state.revision + gateway.revision(),
    actions: () => state.actions,
  }
}

type Route = {
  kind: 'action' | 'delete' | 'job' | 'list' | 'show' | 'native'
  projectId: string
  id: string
  query: string
}

const findRoute = ({ method, target }: RawRequest, { collection }: Flavour): Route | undefined => {
  const [path = '', query = ''] = target.split('?')
  const [empty, version, projectId = '', resource, id = '', ...rest] = path.split('/')
  if (empty !== '' || projectId === '' || id === '' || rest.length > 0) return undefined
  const route = { projectId, id, query }
  if (method === 'POST' && version === 'v1' && resource === collection && (id === 'action' || id === 'delete')) {
    return { ...route, kind: id }
  }
  if (method !== 'GET') return undefined
  if (version === 'v1' && resource === 'jobs') return { ...route, kind: 'job' }
  if (version === 'v1' && resource === collection) return { ...route, kind: id === 'detail' ? 'list' : 'show' }
  return version === 'v2.1' && resource === 'servers' ? { ...route, kind: 'native' } : undefined
}

const perform = (state: EcsState, context: Context, route: Route, request: RawRequest): RawReply => {
  const now = context.clock.now()
  const { kind, projectId, id } = route
  if (kind === 'list') return listServers(state, context, projectId, route.query, now)
  if (kind === 'show' || kind === 'native') {
    return showServer(state, context, { projectId, id, native: kind === 'native' }, now)
  }
  if (kind === 'job') {
    const job = state.jobs.get(id)
    return jobReply(job?.projectId === projectId ? job : undefined, context, now)
  }
  const json = request.headers['content-type']?.toLowerCase().startsWith('application/json') ?? false
  const asked = json
    ? parseMutation(kind, request.body, context.flavour, context.oddities)
    : context.flavour.illegalBody
  if ('status' in asked) return serviceError(asked.status, asked.code, asked.message)
  return submit(state, context, projectId, asked, now)
}
