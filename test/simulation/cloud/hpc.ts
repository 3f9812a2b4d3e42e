import { type Call, type Cloud, json, type Reply } from './call.ts'
import type { CloudNeeds } from './servers.ts'

type Action = 'restart' | 'delete' | 'start' | 'stop'
type Node = { id: string; role: string; endsAt: number; leaving: boolean; deletedAt: number }
type Row = {
  id: string
  action: string
  at: number
  shownFrom: number
  endsAt: number
  fails: boolean
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

  /** A page may have fewer rows than there are. */
  const short = <T>(rows: readonly T[]): readonly T[] =>
    dice.chance(profile.listShort) ? rows.slice(0, dice.below(rows.length + 1)) : rows

  const submit = (action: Action, { body, caller }: Call): Reply => {
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
    if (onCluster) {
      cluster.busyUntil = endsAt
      if (!fails) cluster.goal = action === 'start' ? 'active' : 'stopped'
      acts.accept(caller, { nodeId: cluster.id, action, how: '', ok, until: endsAt })
    }
    for (const node of nodes) {
      if (node === undefined) continue
      node.endsAt = endsAt
      node.leaving = action === 'delete'
      if (action === 'delete' && !fails) node.deletedAt = endsAt
      acts.accept(caller, { nodeId: node.id, action, how: '', ok, until: endsAt })
    }
    const id = `job-${(jobs += 1)}`
    const resources = [...(onCluster ? [] : (node_ids ?? [])), cluster.id].join(' ')
    const shownFrom = now() + dice.random() * profile.jobHiddenMs
    cluster.rows.unshift({ id, action: `${NAMES[action]}Response`, at: now(), shownFrom, endsAt, fails, resources })
    if (dice.chance(profile.jobWithoutId)) return json(200, { ret_code: 0 })
    return json(200, dice.chance(0.5) ? { ret_code: 0, job_ids: [id] } : { ret_code: 0, job_id: id })
  }

  const operations = ({ query }: Call): Reply => {
    const rows = (find(query['resource_ids'] ?? '')?.rows ?? []).filter(({ shownFrom }) => shownFrom <= now())
    const from = Number(query['offset'] ?? 0)
    return json(200, {
      ret_code: 0,
      total_count: rows.length,
      job_set: short(rows.slice(from, from + 100)).map((row) => ({
        job_id: row.id,
        job_action: row.action,
        status: row.endsAt > now() ? 'working' : row.fails ? 'failed' : 'successful',
        create_time: new Date(row.at + profile.skewMs).toISOString().replace(/\.\d+Z$/, 'Z'),
        resource_ids: row.resources,
        error_codes: row.endsAt <= now() && row.fails ? 'E1' : '',
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
      hpc_app_nodes_set: short(all.slice(from, from + 100)).map(({ id, role, endsAt, leaving }) => ({
        node_id: id,
        role,
        status: 'active',
        transition_status: endsAt <= now() ? '' : leaving ? 'deleting' : 'restarting',
      })),
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
