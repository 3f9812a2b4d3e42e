import { jsonReply, serviceError } from '../huawei-gateway.ts'
import type { RawReply } from '../simulator.ts'
import type { Context } from './context.ts'
import { findServer, serverDocument, settled } from './server.ts'
import type { EcsState, Server } from './state.ts'

const MAX_LIMIT = 1000
const DEFAULT_LIMIT = 25

/** A page of the project's servers; `offset` is the number of the page, from 1 (Querying Details About ECSs). */
export const listServers = (
  state: EcsState,
  context: Context,
  projectId: string,
  query: string,
  now: number,
): RawReply => {
  const parameters = new URLSearchParams(query)
  const limit = Number(parameters.get('limit') ?? DEFAULT_LIMIT)
  const page = Number(parameters.get('offset') ?? 1)
  if (!inRange(limit, 1, MAX_LIMIT) || !inRange(page, 1, Number.MAX_SAFE_INTEGER)) {
    const { status, code, message } = context.flavour.illegalBody
    return serviceError(status, code, message)
  }
  const mine = [...state.servers.values()].filter(
    (server) => server.projectId === projectId && settled(server, now).status !== 'DELETED',
  )
  const servers = mine.slice((page - 1) * limit, page * limit).map((server) => document(server, context, now))
  return jsonReply(200, { count: mine.length, servers })
}

/** One server; the native API words a missing one in its own way. */
export const showServer = (
  state: EcsState,
  context: Context,
  wanted: { projectId: string; id: string; native: boolean },
  now: number,
): RawReply => {
  const server = findServer(state, context.fleet, { ...wanted, statusIfUnknown: 'ACTIVE', now })
  if (server !== undefined) return jsonReply(200, { server: document(server, context, now) })
  if (wanted.native) {
    return jsonReply(404, { itemNotFound: { code: 404, message: `Instance ${wanted.id} could not be found.` } })
  }
  const { status, code, message } = context.flavour.missing(wanted.id)
  return serviceError(status, code, message)
}

const document = (server: Server, { flavour, oddities }: Context, now: number) =>
  serverDocument(server, now, { chargingKey: flavour.chargingKey, precision: oddities.updatedPrecision })

const inRange = (value: number, from: number, to: number): boolean =>
  Number.isInteger(value) && value >= from && value <= to
