import { findCssCluster, foundCssClusters } from './css/fleet.ts'
import { cssFleetWithDefaults, cssOdditiesWithDefaults } from './css/options.ts'
import type { CssOptions } from './css/options.ts'
import { CssRefusal, refusalReply } from './css/refusal.ts'
import { planRestart, refuseRestart } from './css/restart.ts'
import { cssRoute } from './css/route.ts'
import type { CssRoute } from './css/route.ts'
import { nodesOfRolling, nodesOfV1, nodesOfV2 } from './css/selection.ts'
import { CssState } from './css/state.ts'
import { listCssClusters } from './css/list.ts'
import { showCssCluster } from './css/view.ts'
import { createHuaweiGateway, gatewayError, jsonReply } from './huawei-gateway.ts'
import { drawHex } from './seeded.ts'
import type { RawReply, RawRequest, Simulator } from './simulator.ts'

export type { CssFleet, CssOddities, CssOptions, CssProvider } from './css/options.ts'

/** Every accepted restart, under the id of its cluster; `at` in milliseconds of the clock. */
export type CssSimulator = Simulator & Required<Pick<Simulator, 'actions' | 'revision'>>

const selections = { v1: nodesOfV1, v2: nodesOfV2, rolling: nodesOfRolling }

/**
 * A Cloud Search Service of its own, of OTC or Huawei Cloud: restart v1 and v2, rolling restart, cluster detail and list,
 * as huawei-otc.md sections 4 and 7 describe them. Simulated durations are divided by `clock.scale`.
 */
export const createCssSimulator = (options: CssOptions): CssSimulator => {
  const { clock, seed } = options
  const fleet = cssFleetWithDefaults(options.fleet)
  const oddities = cssOdditiesWithDefaults(options)
  const cloud = { clock, seed, fleet, oddities }
  const gateway = createHuaweiGateway({
    clock,
    seed,
    credentials: 'accessKey' in options.credentials ? [options.credentials] : options.credentials,
    headers: { server: 'api-gateway' },
    ...(fleet.projects === undefined ? {} : { projects: fleet.projects }),
    wrongProject: oddities.wrongProject,
  })
  let state: Omit<CssState, 'gateway'> = { clusters: foundCssClusters(fleet, clock.now()), actions: [] }
  let revision = 0

  const accepted = (serial: number): RawReply => {
    const jobId = drawHex(seed, 'css job', serial)
    if (oddities.restartReply === 'empty') return { status: 200, body: '' }
    if (oddities.restartReply === 'object') return jsonReply(200, {})
    return jsonReply(200, { jobId: oddities.restartReply === 'jobId' ? jobId : [jobId] })
  }

  const act = (route: CssRoute, request: RawRequest): RawReply => {
    if (route.call === 'list') return listCssClusters(state.clusters, route, request.target, cloud)
    const known = Object.keys(state.clusters).length
    const cluster = findCssCluster(
      state.clusters,
      fleet,
      { id: route.clusterId, projectId: route.projectId },
      clock.now(),
    )
    if (Object.keys(state.clusters).length > known) revision += 1
    if (route.call === 'detail') return jsonReply(200, showCssCluster(cluster, clock.now(), oddities))

    const instances = selections[route.call](cluster, request.body)
    refuseRestart(cluster, cloud)
    const kind = route.call === 'rolling' ? 'rolling-restart' : 'restart'
    const restart = planRestart(kind, cluster, instances, cloud)
    cluster.previous = cluster.last
    cluster.last = restart
    cluster.restarts += 1
    state.actions.push({ nodeId: cluster.id, action: kind, at: clock.now(), instances })
    revision += 1
    return accepted(state.actions.length)
  }

  const answer = (request: RawRequest): RawReply => {
    const route = cssRoute(request, oddities)
    if (route === undefined) return gatewayError(404, 'APIGW.0101', 'The API does not exist or has not been published')
    try {
      return gateway.refusal(request, route.projectId) ?? act(route, request)
    } catch (error) {
      if (!(error instanceof CssRefusal)) throw error
      return refusalReply(error, oddities.errorBody)
    }
  }

  return {
    handle: (request) => gateway.finish(answer(request)),
    snapshot: () => structuredClone({ ...state, gateway: gateway.state() }),
    restore: (snapshot) => {
      const { gateway: gatewayPart, ...rest } = CssState.parse(snapshot)
      gateway.restore(gatewayPart)
      state = rest
      revision += 1
    },
    actions: () => structuredClone(state.actions),
    revision: () => revision + gateway.revision(),
  }
}
