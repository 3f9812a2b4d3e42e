import type { Dice } from '../dice.ts'
import type { Profile } from '../profile.ts'
import type { Acts } from './acts.ts'
import { type Call, type Caller, type Cloud, json, reached, type Reply, shortened } from './call.ts'
import { deletion } from './how.ts'
import { createServerJobs, type Part } from './server-jobs.ts'

export type ServerFlavour = {
  collection: 'cloudservers' | 'baremetalservers'
  missing: string
  busy: string
  wrongState: string
  medianMs: number
  /** Servers in a rolling minute and project. */
  limit: number
}

export const ecs: ServerFlavour = {
  collection: 'cloudservers',
  missing: 'Ecs.0114',
  busy: 'Ecs.0100',
  wrongState: 'Ecs.0100',
  medianMs: 25_000,
  limit: 1000,
}

export const bms: ServerFlavour = {
  collection: 'baremetalservers',
  missing: 'BMS.0040',
  busy: 'BMS.0035',
  wrongState: 'Ecs.0100',
  medianMs: 240_000,
  limit: Number.POSITIVE_INFINITY,
}

type Action = 'restart' | 'start' | 'stop' | 'delete'
type Task = { action: Action; beginsAt: number; endsAt: number; leaves: string }
export type Server = { id: string; status: string; updatedAt: number; task: Task | null }

const NEEDS: Record<Action, readonly string[]> = {
  restart: ['ACTIVE'],
  start: ['SHUTOFF'],
  stop: ['ACTIVE'],
  delete: ['ACTIVE', 'SHUTOFF', 'ERROR'],
}
export const GOAL: Record<Action, string> = { restart: 'ACTIVE', start: 'ACTIVE', stop: 'SHUTOFF', delete: 'DELETED' }
const DURING = { restart: 'rebooting', start: 'powering-on', stop: 'powering-off', delete: 'deleting' } as const
const VERBS: Readonly<Record<string, Action>> = { reboot: 'restart', 'os-start': 'start', 'os-stop': 'stop' }
const MINUTE_MS = 60_000
/** So many servers of a job are come to one after the other; all others with the last of these. */
const MOST_APART = 10
/** "A maximum of 1,000" in every document (huawei-otc.md, sections 1 and 3). */
const MOST_PER_CALL = 1_000

type Deletion = { servers?: { id: string }[]; delete_publicip?: boolean; delete_volume?: boolean }

export type ServerCloud = Cloud & {
  add: (project: string, id: string, status: string) => void
  server: (project: string, id: string) => Server | undefined
}

export type CloudNeeds = {
  dice: Dice
  profile: Profile
  acts: Acts
  now: () => number
}

const error = (status: number, code: string): Reply => json(status, { error: { code, message: `refused: ${code}` } })

/** ECS or BMS of one cloud (docs/simulators.md): servers by project, jobs with sub jobs, a limit by the minute. */
export const createServerCloud = (flavour: ServerFlavour, needs: CloudNeeds): ServerCloud => {
  const { dice, profile, acts, now } = needs
  const projects = new Map<string, Map<string, Server>>()
  const admitted = new Map<string, { at: number; servers: number }[]>()
  const jobs = createServerJobs(flavour, needs)

  const find = (project: string, id: string): Server | undefined => {
    const server = projects.get(project)?.get(id)
    if (server?.task && server.task.endsAt <= now()) {
      server.status = server.task.leaves
      server.updatedAt = server.task.endsAt
      server.task = null
    }
    return server?.status === 'DELETED' ? undefined : server
  }

  const refusalOf = (server: Server | undefined, action: Action): string | undefined => {
    if (server === undefined) return flavour.missing
    if (server.task !== null) return flavour.busy
    return NEEDS[action].includes(server.status) ? undefined : flavour.wrongState
  }

  const isOver = (project: string, servers: number, caller: Caller): boolean => {
    const since = now() - MINUTE_MS
    const recent = (admitted.get(project) ?? []).filter(({ at }) => at > since)
    admitted.set(project, recent)
    const used = recent.reduce((sum, one) => sum + one.servers, 0)
    if (used + servers <= flavour.limit) {
      recent.push({ at: now(), servers })
      return false
    }
    acts.overLimit(caller, `${used + servers} servers within a minute in ${project}`)
    return true
  }

  const engage = (server: Server, action: Action, afterMs: number): Part => {
    const beginsAt = now() + afterMs + dice.random() * profile.beginMs
    const stuck = dice.chance(profile.jobNeverEnds)
    const fails = dice.chance(profile.nodeFails)
    const endsAt = stuck ? Number.POSITIVE_INFINITY : beginsAt + dice.spread(flavour.medianMs, 0.35)
    server.task = { action, beginsAt, endsAt, leaves: fails ? 'ERROR' : GOAL[action] }
    return { serverId: server.id, beginsAt, endsAt, code: fails ? 'Ecs.0227' : null }
  }

  const submit = (project: string, call: Call): Reply => {
    const { body, caller } = call
    const asked = JSON.parse(body ?? '') as Record<string, { servers: { id: string }[]; type?: string }> & Deletion
    const verb = Object.keys(asked).find((key) => key in VERBS) ?? ''
    const action = VERBS[verb] ?? 'delete'
    const ids = (action === 'delete' ? asked.servers : asked[verb]?.servers)?.map(({ id }) => id) ?? []
    const how = action === 'delete' ? deletion(asked.delete_publicip, asked.delete_volume) : (asked[verb]?.type ?? '')
    if (ids.length > MOST_PER_CALL) acts.overLimit(caller, `${ids.length} servers in one call`)
    for (const id of ids) acts.asked(caller, id)
    const parts = ids.map((id) => ({ id, server: find(project, id), refusal: refusalOf(find(project, id), action) }))
    const refusal = parts.find((part) => part.refusal !== undefined)?.refusal
    if (refusal !== undefined && (profile.refusesWhole || parts.every((part) => part.refusal !== undefined)))
      return error(400, refusal)
    if (isOver(project, ids.length, caller)) return error(202, 'Common.0024')

    const crawlMs = dice.random() * profile.crawlMs
    let begun = 0
    const done = reached(parts, call).map(({ id, server, refusal: why }): Part => {
      // Refused within the job: nothing is done to it.
      if (server === undefined || why !== undefined)
        return { serverId: id, beginsAt: now(), endsAt: now() + 1_000, code: why ?? null }
      const part = engage(server, action, Math.min(begun, MOST_APART) * crawlMs)
      begun += 1
      const ok = part.endsAt === Number.POSITIVE_INFINITY ? null : part.code === null
      acts.accept(caller, { nodeId: id, action, how, ok, until: part.endsAt })
      return part
    })
    const jobId = jobs.open(done)
    if (dice.chance(profile.jobWithoutId)) return dice.chance(0.5) ? { status: 204, text: '' } : json(202, {})
    return json(200, { job_id: jobId })
  }

  const show = (server: Server): unknown => {
    const { task } = server
    const begun = task !== null && task.beginsAt <= now() ? task : null
    return {
      id: server.id,
      status: begun?.action === 'restart' ? 'REBOOT' : server.status,
      updated: new Date((begun?.beginsAt ?? server.updatedAt) + profile.skewMs).toISOString().replace(/\.\d+Z$/, 'Z'),
      'OS-EXT-STS:task_state': begun === null ? null : DURING[begun.action],
    }
  }

  const list = (project: string, { query }: Call): Reply => {
    const limit = Number(query['limit'])
    let before = (Number(query['offset']) - 1) * limit
    const servers: unknown[] = []
    for (const id of projects.get(project)?.keys() ?? []) {
      if (servers.length === limit) break
      const server = find(project, id)
      if (server === undefined) continue
      if (before > 0) before -= 1
      else servers.push(show(server))
    }
    return json(200, { servers: shortened(servers, dice, profile.listShort) })
  }

  return {
    add: (project, id, status) => {
      const servers = projects.get(project) ?? new Map<string, Server>()
      projects.set(project, servers)
      // Last changed long ago.
      servers.set(id, { id, status, updatedAt: now() - 86_400_000, task: null })
    },
    server: find,
    handle: (call) => {
      const [, version, project = '', resource, id = ''] = call.path.split('/')
      if (call.method === 'POST') return submit(project, call)
      if (resource === 'jobs') return jobs.show(id)
      if (id === 'detail') return list(project, call)
      const server = find(project, id)
      if (server !== undefined) return json(200, { server: show(server) })
      return version === 'v2.1'
        ? json(404, { itemNotFound: { code: '404', message: 'not found' } })
        : error(404, flavour.missing)
    },
  }
}
