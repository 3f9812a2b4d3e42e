import { type Call, type Cloud, json, reached, type Reply, shortened } from './call.ts'
import type { CloudNeeds } from './servers.ts'

type Action = 'restart' | 'delete' | 'start' | 'stop'
type Node = { id: string; role: string; endsAt: number; leaving: boolean; deletedAt: number }
type Row = {
  id: string
  action: string
  at: number
  shownFrom: number
  endsAt: number
  goneAt: number
  /** What it says while it runs, and once it is over. */
  during: string
  end: string
  resources: string
}
export type HpcCluster = {
  id: string
  goal: string
  status: string
  busyUntil: number
  nodes: Map<string, Node>
  rows: Row[]
}

export type HpcCloud = Cloud & {
  add: (clusterId: string, status: string) => void
  addNode: (clusterId: string, nodeId: string, role: string) => void
  cluster: (clusterId: string) => HpcCluster | undefined
}

const ACTIONS: Readonly<Record<string, Action>> = {
  restartNodes: 'restart',
  deleteNodes: 'delete',
  startCluster: 'start',
  stopCluster: 'stop',
}
const NAMES = {
  restart: 'HpcRestartNodes',
  delete: 'HpcDeleteNodes',
  start: 'HpcStartCluster',
  stop: 'HpcStopCluster',
} as const
const HOUR_MS = 3_600_000
/** "For some time" (operation.md): long after the end, or not so long. */
const KEPT_MS = 24 * HOUR_MS
const SHORT_KEPT_MS = [HOUR_MS / 4, HOUR_MS] as const
const CALLS_AN_HOUR = 2_000

const refused = (code: number): Reply => json(200, { ret_code: code, message: `refused: ${code}` })

/** QingCloud EHPC (docs/simulators-css-ehpc.md): clusters with nodes, a list of operations, a quota of calls. */
export const createHpcCloud = ({ dice, profile, acts, now }: CloudNeeds): HpcCloud => {
  const clusters = new Map<string, HpcCluster>()
  const calls = new Map<string, number[]>()
  let jobs = 0

  const find = (id: string): HpcCluster | undefined => {
    const cluster = clusters.get(id)
    if (cluster === undefined) return undefined
    for (const node of cluster.nodes.values()) if (node.deletedAt <= now()) cluster.nodes.delete(node.id)
    if (cluster.busyUntil <= now()) cluster.status = cluster.goal
    return cluster
  }

  const isOver = (account: string): boolean => {
    const recent = (calls.get(account) ?? []).filter((at) => at > now() - HOUR_MS)
    calls.set(account, recent)
    recent.push(now())
    return recent.length > CALLS_AN_HOUR
  }

  const submit = (action: Action, call: Call): Reply => {
    const { body, caller } = call
    const { cluster_id, cluster_ids, node_ids } = JSON.parse(body ?? '') as Record<'cluster_id', string> &
      Record<string, string[]>
    const onCluster = action === 'start' || action === 'stop'
    for (const id of (onCluster ? cluster_ids : node_ids) ?? []) acts.asked(caller, id)
    const cluster = find(onCluster ? (cluster_ids?.[0] ?? '') : cluster_id)
    if (cluster === undefined) return refused(2100)
    const nodes = (node_ids ?? []).map((id) => cluster.nodes.get(id))
    if (nodes.some((node) => node === undefined)) return refused(2100)
    if (cluster.busyUntil > now() || nodes.some((node) => (node?.endsAt ?? 0) > now())) return refused(1400)
    if (onCluster && cluster.status !== (action === 'start' ? 'stopped' : 'active')) return refused(1400)

    const fails = dice.chance(profile.nodeFails)
    const stuck = dice.chance(profile.jobNeverEnds)
    const endsAt = stuck ? Number.POSITIVE_INFINITY : now() + dice.spread(onCluster ? 60_000 : 10_000, 0.6)
    const ok = stuck ? null : !fails
    // Some nodes go well and others do not, and it does not say which.
    const isMixed = !onCluster && !stuck && nodes.length > 1 && (call.half || (fails && dice.chance(0.5)))
    if (onCluster) {
      cluster.busyUntil = endsAt
      if (!fails) cluster.goal = action === 'start' ? 'active' : 'stopped'
      acts.accept(caller, { nodeId: cluster.id, action, how: '', ok, until: endsAt })
    }
    for (const node of reached(nodes, call)) {
      if (node === undefined) continue
      const isWell = isMixed ? dice.chance(0.5) : ok
      node.endsAt = endsAt
      node.leaving = action === 'delete'
      if (action === 'delete' && isWell === true) node.deletedAt = endsAt
      acts.accept(caller, { nodeId: node.id, action, how: '', ok: isWell, until: endsAt })
    }
    const id = `job-${(jobs += 1)}`
    const resources = [...(onCluster ? [] : (node_ids ?? [])), cluster.id].join(' ')
    const shownFrom = now() + dice.random() * profile.jobHiddenMs
    const goneAt = endsAt + (dice.chance(profile.jobForgotten) ? dice.between(...SHORT_KEPT_MS) : KEPT_MS)
    const during = dice.chance(profile.jobOdd) ? 'arranging' : 'working'
    const end = isMixed ? 'done with failure' : fails ? 'failed' : 'successful'
    const row = { id, action: `${NAMES[action]}Response`, at: now(), shownFrom, endsAt, goneAt, during, end, resources }
    cluster.rows.unshift(row)
    if (dice.chance(profile.jobWithoutId)) return json(200, { ret_code: 0 })
    return json(200, dice.chance(0.5) ? { ret_code: 0, job_ids: [id] } : { ret_code: 0, job_id: id })
  }

  const operations = ({ query }: Call): Reply => {
    const rows = (find(query['resource_ids'] ?? '')?.rows ?? []).filter(
      ({ shownFrom, goneAt }) => shownFrom <= now() && now() < goneAt,
    )
    const from = Number(query['offset'] ?? 0)
    return json(200, {
      ret_code: 0,
      total_count: rows.length,
      job_set: shortened(rows.slice(from, from + 100), dice, profile.listShort).map((row) => ({
        job_id: row.id,
        job_action: row.action,
        status: row.endsAt > now() ? row.during : row.end,
        create_time: new Date(row.at + profile.skewMs).toISOString().replace(/\.\d+Z$/, 'Z'),
        resource_ids: row.resources,
        error_codes: row.endsAt <= now() && row.end !== 'successful' ? 'E1' : '',
      })),
    })
  }

  const nodesOf = ({ query }: Call): Reply => {
    const cluster = find(query['cluster_id'] ?? '')
    if (cluster === undefined) return refused(2100)
    const all = [...cluster.nodes.values()]
    const from = Number(query['offset'] ?? 0)
    return json(200, {
      ret_code: 0,
      total_count: all.length,
      hpc_app_nodes_set: shortened(all.slice(from, from + 100), dice, profile.listShort).map(
        ({ id, role, endsAt, leaving }) => ({
          node_id: id,
          role,
          status: 'active',
          transition_status: endsAt <= now() ? '' : leaving ? 'deleting' : 'restarting',
        }),
      ),
    })
  }

  const clusterList = ({ query }: Call): Reply => {
    const cluster = find(query['cluster_id'] ?? '')
    const shown = cluster && {
      cluster_id: cluster.id,
      cluster_status: cluster.status,
      transition_status: cluster.busyUntil > now() ? 'changing' : '',
    }
    return json(200, { ret_code: 0, cluster_set: shown === undefined ? [] : [shown] })
  }

  return {
    add: (id, status) => void clusters.set(id, { id, status, goal: status, busyUntil: 0, nodes: new Map(), rows: [] }),
    addNode: (clusterId, id, role) =>
      void clusters
        .get(clusterId)
        ?.nodes.set(id, { id, role, endsAt: 0, leaving: false, deletedAt: Number.POSITIVE_INFINITY }),
    cluster: find,
    handle: (call) => {
      if (isOver(call.caller.account)) {
        acts.overLimit(call.caller, `more than ${CALLS_AN_HOUR} calls in an hour by ${call.caller.account}`)
        return refused(2500)
      }
      const action = ACTIONS[call.path.slice('/api/cluster/'.length)]
      if (call.method === 'POST' && action !== undefined) return submit(action, call)
      if (call.path === '/api/operation') return operations(call)
      return call.path === '/api/cluster/listNodes' ? nodesOf(call) : clusterList(call)
    },
  }
}
