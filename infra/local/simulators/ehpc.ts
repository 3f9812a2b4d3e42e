import { ehpcActions } from './ehpc/actions.ts'
import { admitEhpcCall } from './ehpc/admission.ts'
import { listEhpcClusters, listEhpcNodes } from './ehpc/clusters.ts'
import { foundEhpcClusters } from './ehpc/fleet.ts'
import { settleEhpcJobs } from './ehpc/jobs.ts'
import type { EhpcCloud } from './ehpc/jobs.ts'
import { listEhpcOperations } from './ehpc/operations.ts'
import { ehpcFleetDefaults, ehpcOddityDefaults } from './ehpc/options.ts'
import type { EhpcCredentials, EhpcOddities, EhpcOptions } from './ehpc/options.ts'
import { badValue, EhpcRefusal } from './ehpc/refusal.ts'
import { readTarget } from './ehpc/signature.ts'
import type { EhpcTarget } from './ehpc/signature.ts'
import { EhpcState } from './ehpc/state.ts'
import type { RawReply, RawRequest, Simulator } from './simulator.ts'

export type { EhpcFleet, EhpcOddities, EhpcOptions } from './ehpc/options.ts'

/** Every accepted act on a node (restart, delete) or cluster (start, stop); `at` in milliseconds of the clock. */
export type EhpcSimulator = Simulator & Required<Pick<Simulator, 'actions' | 'revision'>>

type Read = (target: EhpcTarget, cloud: EhpcCloud) => Record<string, unknown>

const reads = new Map<string, Read>([
  ['/api/cluster/list', listEhpcClusters],
  ['/api/cluster/listNodes', listEhpcNodes],
  ['/api/operation', listEhpcOperations],
])
const actions = new Map(Object.entries(ehpcActions))

const jobIdIn = (form: EhpcOddities['jobIdForm'], jobId: string): Record<string, unknown> =>
  form === 'job_id' ? { job_id: jobId } : { job_ids: form === 'job_ids array' ? [jobId] : jobId }

const perform = (cloud: EhpcCloud, request: RawRequest, target: EhpcTarget): Record<string, unknown> => {
  const read = request.method === 'GET' ? reads.get(target.path) : undefined
  if (read !== undefined) return read(target, cloud)
  const action = request.method === 'POST' ? actions.get(target.path) : undefined
  if (action === undefined) throw badValue(`${request.method} ${target.path} is not an action`)

  const job = action.act(cloud, request)
  return { action: action.answer, ...jobIdIn(cloud.oddities.jobIdForm, job.jobId) }
}

const reply = (body: Record<string, unknown>, retCode: number, form: EhpcOddities['retCode']): RawReply => ({
  // API errors are HTTP 200 too: the official SDKs look at ret_code only then (qingcloud-ehpc.md section 4).
  status: 200,
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify({ ...body, ret_code: form === 'string' ? String(retCode) : retCode }),
})

/**
 * A QingCloud EHPC of its own: restartNodes, deleteNodes, startCluster, stopCluster, list, listNodes and the job log, as
 * qingcloud-ehpc.md section 7 describes them. Simulated durations are divided by `clock.scale`.
 */
export const createEhpcSimulator = (options: EhpcOptions): EhpcSimulator => {
  const { clock, seed } = options
  const credentials: EhpcCredentials = options.credentials
  const fleet = { ...ehpcFleetDefaults, ...options.fleet }
  const oddities = { ...ehpcOddityDefaults, ...options.oddities }
  let state: EhpcState = { clusters: foundEhpcClusters(fleet, clock.now()), jobs: [], calls: [], actions: [] }
  let revision = 0

  const answer = (request: RawRequest): Record<string, unknown> => {
    const cloud: EhpcCloud = { state, seed, clock, oddities, fleet }
    settleEhpcJobs(cloud)
    const target = readTarget(request.target)
    admitEhpcCall(request, target, { state, credentials, oddities, clock })
    revision += 1
    return perform(cloud, request, target)
  }

  return {
    handle: (request) => {
      try {
        return reply(answer(request), 0, oddities.retCode)
      } catch (error) {
        if (!(error instanceof EhpcRefusal)) throw error
        return reply({ message: error.message }, error.retCode, oddities.retCode)
      }
    },
    snapshot: () => structuredClone(state),
    restore: (snapshot) => {
      state = EhpcState.parse(snapshot)
      revision += 1
    },
    actions: () => structuredClone(state.actions),
    revision: () => revision,
  }
}
