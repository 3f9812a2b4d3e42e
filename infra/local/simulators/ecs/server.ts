import type { Fleet, Oddities } from './options.ts'
import type { Action, EcsState, RestStatus, Server } from './state.ts'

const THIRTY_DAYS_MS = 30 * 86_400_000

/** The server as it is now: a task that is over has left its status behind. */
export const settled = (server: Server, now: number): Server => {
  const { task, ...rest } = server
  if (task === undefined || task.endsAt === null || task.endsAt > now) return server
  return { ...rest, status: task.leaves, updatedAt: task.endsAt }
}

/** A server of the project, unless it is missing or deleted. An unknown one is `asIfMissing`, at rest in the status given. */
export const findServer = (
  state: EcsState,
  fleet: Fleet,
  wanted: { id: string; projectId: string; statusIfUnknown: 'ACTIVE' | 'SHUTOFF'; now: number },
): Server | undefined => {
  const stored = state.servers.get(wanted.id)
  if (stored === undefined) return fleet.unknown === 'create' ? unknownServer(state, wanted) : undefined
  const server = settled(stored, wanted.now)
  return server.projectId === wanted.projectId && server.status !== 'DELETED' ? server : undefined
}

export const newServer = (bornAt: number, server: { id: string; projectId: string } & Partial<Server>): Server => ({
  name: `node-${server.id.slice(0, 8)}`,
  prepaid: false,
  createdAt: bornAt - THIRTY_DAYS_MS,
  updatedAt: bornAt - THIRTY_DAYS_MS,
  status: 'ACTIVE',
  actions: 0,
  ...server,
})

const unknownServer = (
  state: EcsState,
  wanted: { id: string; projectId: string; statusIfUnknown: RestStatus },
): Server => newServer(state.bornAt, { id: wanted.id, projectId: wanted.projectId, status: wanted.statusIfUnknown })

/** What `status`, `task_state`, `vm_state` show while a task is under way (ECS API reference, "ECS statuses"). */
const DURING: Record<Action, { status: string; task: string; vm: string }> = {
  restart: { status: 'REBOOT', task: 'rebooting', vm: 'active' },
  start: { status: 'SHUTOFF', task: 'powering-on', vm: 'stopped' },
  stop: { status: 'ACTIVE', task: 'powering-off', vm: 'active' },
  delete: { status: 'ACTIVE', task: 'deleting', vm: 'active' },
}

/** The document of a server; the same fields in the vendor's own and in the native API. */
export const serverDocument = (
  server: Server,
  now: number,
  shape: { chargingKey: string; precision: Oddities['updatedPrecision'] },
): Record<string, unknown> => {
  const current = settled(server, now)
  // Accepted is not begun: until the job takes the server up, nothing shows.
  const task = current.task !== undefined && current.task.beginsAt <= now ? current.task : undefined
  const during = task && DURING[task.action]
  const hard = task?.action === 'restart' && !task.soft
  const active = current.status === 'ACTIVE'
  return {
    id: current.id,
    name: current.name,
    status: hard ? 'HARD_REBOOT' : task?.action === 'delete' ? current.status : (during?.status ?? current.status),
    created: isoTime(current.createdAt, 'second'),
    updated: isoTime(task?.beginsAt ?? current.updatedAt, shape.precision),
    tenant_id: current.projectId,
    metadata: { [shape.chargingKey]: current.prepaid ? '1' : '0' },
    flavor: { id: 's3.medium.1', name: 's3.medium.1', vcpus: '1', ram: '1024', disk: '0' },
    addresses: {},
    'OS-EXT-STS:task_state': hard ? 'rebooting_hard' : (during?.task ?? null),
    'OS-EXT-STS:vm_state': active ? 'active' : 'stopped',
    'OS-EXT-STS:power_state': active ? 1 : 4,
    'OS-EXT-AZ:availability_zone': 'az-01',
  }
}

const isoTime = (ms: number, precision: Oddities['updatedPrecision']): string => {
  const iso = new Date(ms).toISOString()
  return precision === 'millisecond' ? iso : iso.replace(/\.\d+Z$/, 'Z')
}
