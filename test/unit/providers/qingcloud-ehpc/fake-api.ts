import type { Answer, Api, ApiRequest } from '../../../../lib/provider-kit/api.ts'
import type { FollowedJob, LostSubmission } from '../../../../lib/provider-kit/provider.ts'
import type { Action } from '../../../../lib/domain/action.ts'
import type { Work } from '../../../../lib/domain/work.ts'

export const NOW = Date.parse('2022-04-11T15:00:13Z')

/** An answer of HTTP 200, or what `change` makes of it; `text` that is not JSON has no json. */
export const answer = (
  json: unknown,
  change: { status?: number; headers?: Record<string, string>; text?: string } = {},
): Answer => ({
  kind: 'response',
  status: change.status ?? 200,
  headers: change.headers ?? {},
  text: change.text ?? JSON.stringify(json),
  json,
  receivedAt: NOW,
})

export const html = (status: number): Answer => answer(undefined, { status, text: '<html></html>' })
export const refusal = (code: number | string, message = 'PermissionDenied'): Answer =>
  answer({ message, ret_code: code })
export const lostAnswer: Answer = { kind: 'lost', code: 'ETIMEDOUT', reason: 'no answer in time' }

/** An API whose answers are given by path, in turn; the last one stays. A path without answers fails the test. */
export const fakeApi = (answers: Readonly<Record<string, Answer | readonly Answer[]>>, now = NOW) => {
  const requests: ApiRequest[] = []
  const api: Api = {
    now: () => now,
    send: (request) => {
      const given = [answers[request.path] ?? []].flat() as readonly Answer[]
      const nth = requests.filter(({ path }) => path === request.path).length
      requests.push(request)
      const found = given[Math.min(nth, given.length - 1)]
      return found === undefined ? Promise.reject(new Error(`unexpected ${request.path}`)) : Promise.resolve(found)
    },
  }
  return { api, requests, paths: () => requests.map(({ path }) => path) }
}

export const OPERATIONS = '/api/operation'
export const NODES = '/api/cluster/listNodes'
export const CLUSTERS = '/api/cluster/list'

/** A row as in operation.md's sample. */
export const row = (change: Record<string, unknown> = {}) => ({
  action_describe: '重启集群节点',
  create_time: '2022-04-11T15:00:13Z',
  error_codes: '',
  job_action: 'HpcClusterRestartClusterNodes',
  job_id: 'j-he18e4khem2',
  owner: 'usr-GxkSGFDs',
  resource_ids: 'ehpc-8jqdq0mz cln-hzzvbtnh',
  status: 'successful',
  status_time: '2022-04-11T15:00:20Z',
  submitter: 'nscca-hpc1',
  task_count: null,
  ...change,
})

/** A page of the operation list; its Date is the clock's, unless told. */
export const operations = (
  rows: readonly unknown[],
  change: { total?: number | undefined; date?: string } = {},
): Answer =>
  answer(
    {
      action: 'HpcOperationListOperationResponse',
      data: {},
      job_set: rows,
      ret_code: 0,
      total_count: 'total' in change ? change.total : rows.length,
    },
    { headers: { date: change.date ?? new Date(NOW).toUTCString() } },
  )

export const node = (id: string, role = 'compute', change: Record<string, unknown> = {}) => ({
  node_id: id,
  role,
  name: id,
  cluster_id: 'cl-y5x1wl2c',
  status: 'active',
  transition_status: '',
  health_status: 'healthy',
  ...change,
})

export const nodes = (rows: readonly unknown[], total: number | undefined = rows.length): Answer =>
  answer({ action: 'HpcClusterListNodesResponse', hpc_app_nodes_set: rows, ret_code: 0, total_count: total })

export const clusters = (status: string, transition = ''): Answer =>
  answer({
    cluster_set: [{ cluster_id: 'ehpc-8jqdq0mz', cluster_status: status, transition_status: transition }],
    ret_code: 0,
  })

export const work = (action: Action = 'restart'): Work => ({
  provider: 'qingcloud-ehpc',
  action,
  target: action === 'start' || action === 'stop' ? { zone: 'jn1a' } : { zone: 'jn1a', clusterId: 'ehpc-8jqdq0mz' },
  options: {},
})

export const idsFor = (action: Action): readonly string[] =>
  action === 'start' || action === 'stop' ? ['ehpc-8jqdq0mz'] : ['cln-hzzvbtnh']

export const job = (change: Partial<FollowedJob> = {}): FollowedJob => ({
  ...work(change.action),
  batchId: 'b-1',
  jobIds: ['j-he18e4khem2'],
  nodeIds: idsFor(change.action ?? 'restart'),
  submittedAt: NOW,
  visibilityMs: 60_000,
  ...change,
})

export const lost = (change: Partial<LostSubmission> = {}): LostSubmission => ({
  ...work(change.action),
  batchId: 'b-1',
  nodeIds: idsFor(change.action ?? 'restart'),
  sentAt: NOW,
  settledAt: NOW + 30_000,
  ...change,
})
