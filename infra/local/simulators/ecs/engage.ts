import { draw, drawBetween } from '../seeded.ts'
import type { Context } from './context.ts'
import { isForcible } from './examine.ts'
import type { Part } from './examine.ts'
import type { Flavour } from './flavour.ts'
import { withSubJobs } from './job.ts'
import type { Asked } from './request.ts'
import type { Action, EcsState, Job, RestStatus, Server, SubJob } from './state.ts'

const LEAVES: Record<Action, RestStatus> = { restart: 'ACTIVE', start: 'ACTIVE', stop: 'SHUTOFF', delete: 'DELETED' }

/** A part refused inside the job ends soon. */
const REJECTED_MS = [300, 2000] as const

/** When a part begins and ends and how, drawn with the seed per server and turn; nothing is changed. */
export const planPart = (context: Context, job: { beginsAt: number }, part: Part, asked: Asked, id: string): SubJob => {
  const { clock, seed, fleet, flavour } = context
  const turn = 'server' in part ? part.server.actions : 0
  const beginsAt = job.beginsAt + drawBetween([50, 250], seed, 'begin', part.id, turn) / clock.scale
  const takes = 'server' in part ? flavour.subJobMs : REJECTED_MS
  const endsAt = beginsAt + drawBetween(takes, seed, 'takes', part.id, turn) / clock.scale
  const sub = { id, serverId: part.id, beginsAt, endsAt }
  if ('failure' in part) return { ...sub, failure: { code: part.failure.code, message: part.failure.message } }
  if (fleet.stuck.includes(part.id) && !isForcible(flavour, asked)) return { ...sub, endsAt: null }
  const drawn = draw(seed, 'fails', part.id, turn) < fleet.failureRate ? flavour.failure(asked.action) : undefined
  const failure = fleet.failing[part.id] ?? drawn
  return failure === undefined ? sub : { ...sub, failure }
}

/** Puts the server through its part of the job and logs that it was. */
export const engage = (
  state: EcsState,
  { flavour }: Context,
  server: Server,
  { action, soft, options }: Asked,
  { job, subJob }: { job: Pick<Job, 'id' | 'acceptedAt'>; subJob: SubJob },
): void => {
  const { beginsAt, endsAt } = subJob
  if (server.task !== undefined) release(state, flavour, server, beginsAt)
  const leaves = subJob.failure === undefined ? LEAVES[action] : server.status
  const task = { action, soft, jobId: job.id, beginsAt, endsAt, leaves }
  const { task: _, ...resting } = server
  // Bare metal takes SOFT and does nothing with it.
  const idle = soft && flavour.name === 'bms'
  state.servers.set(server.id, { ...resting, actions: server.actions + 1, ...(idle ? {} : { task }) })
  state.actions.push({ nodeId: server.id, action, at: job.acceptedAt, jobId: job.id, options })
}

/** The job a server was stuck in ends for it, in failure, when a forcible action takes the server over. */
const release = (state: EcsState, flavour: Flavour, server: Server, at: number): void => {
  const old = state.jobs.get(server.task?.jobId ?? '')
  if (old === undefined) return
  const subJobs = old.subJobs.map((subJob) =>
    subJob.serverId === server.id && subJob.endsAt === null
      ? { ...subJob, endsAt: at, failure: flavour.failure(old.action) }
      : subJob,
  )
  state.jobs.set(old.id, withSubJobs(old, subJobs))
}
