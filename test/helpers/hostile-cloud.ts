import { createServer as createHttpServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { createServer as createHttpsServer } from 'node:https'
import { listen, stop } from '../../infra/local/listen.ts'
import { readBody } from '../../infra/local/read-body.ts'
import type { AcceptedAction, RawReply, RawRequest, Simulator } from '../../infra/local/simulators/simulator.ts'

/** One request to a hostile cloud, and what can be done about it. */
export type Exchange = {
  request: RawRequest
  response: ServerResponse
  /** How many requests of this method the corner had before. */
  nth: number
  /** Has the simulated cloud carry it out, or another request in its place; its right answer. */
  act: (request?: RawRequest) => RawReply
}

/** How a hostile cloud treats a request. */
export type Manner = (exchange: Exchange) => unknown

/** How a corner of a hostile cloud treats those that change something, and those that only look. */
export type Manners = { post?: Manner; read?: Manner }

/** A request that asked for a change, as it arrived. */
export type Mutation = { corner: string; at: number; body: string; acted: boolean }

export type HostileCloud = {
  url: string
  /** Requests for changes in order of arrival, carried out or not. */
  mutations: (corner: string) => readonly Mutation[]
  reads: (corner: string) => number
  /** What was really done, node by node. */
  actions: () => readonly AcceptedAction[]
  close: () => Promise<void>
}

type Options = {
  /** A corner is a project or a zone: a request says which one it is for. */
  cornerOf: (request: RawRequest) => string
  mannersOf: (corner: string) => Manners | undefined
  /** What its clock shows, ms; the right time when absent. */
  now?: () => number
  port?: number
  tls?: { key: string; cert: string }
}

const LARGEST_BODY = 16 * 1024 * 1024

export const send = (response: ServerResponse, { status, headers, body }: RawReply): void => {
  if (response.headersSent || response.destroyed) return
  response.writeHead(status, headers)
  response.end(body)
}

/** As it came, byte for byte, so that its signature can be judged. */
const receive = async (incoming: IncomingMessage): Promise<RawRequest> => {
  const headers = Object.fromEntries(
    Object.entries(incoming.headers).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, [value].flat().join(', ')] as const],
    ),
  )
  const body = (await readBody(incoming, LARGEST_BODY)) ?? Buffer.alloc(0)
  return { method: incoming.method ?? 'GET', target: incoming.url ?? '/', headers, body }
}

/**
 * A cloud on 127.0.0.1 whose every corner has manners of its own: honest where none are given. Behind it a simulator
 * carries out what it is let have, and counts it.
 */
export const openHostileCloud = async (
  simulator: Simulator & Required<Pick<Simulator, 'actions'>>,
  { cornerOf, mannersOf, now = Date.now, port = 0, tls }: Options,
): Promise<HostileCloud> => {
  const mutations: Mutation[] = []
  const counts = new Map<string, number>()
  const serve = async (incoming: IncomingMessage, response: ServerResponse): Promise<void> => {
    const request = await receive(incoming)
    const corner = cornerOf(request)
    const isRead = request.method === 'GET'
    const key = `${request.method} ${corner}`
    const nth = counts.get(key) ?? 0
    counts.set(key, nth + 1)

    const mutation: Mutation = { corner, at: Date.now(), body: request.body.toString('utf8'), acted: false }
    if (!isRead) mutations.push(mutation)
    const act: Exchange['act'] = (other = request) => {
      mutation.acted = true
      return simulator.handle(other)
    }
    const manner = (isRead ? mannersOf(corner)?.read : mannersOf(corner)?.post) ?? honest
    await manner({ request, response, nth, act })
  }
  const handle = (incoming: IncomingMessage, response: ServerResponse) => {
    response.on('error', () => {})
    response.setHeader('date', new Date(now()).toUTCString())
    // A client that leaves in the middle of its request is no matter of the cloud's.
    serve(incoming, response).catch(() => response.socket?.destroy())
  }
  const server = tls === undefined ? createHttpServer(handle) : createHttpsServer(tls, handle)
  server.on('clientError', (_, socket) => socket.destroy())
  const url = await listen(server, port)
  return {
    url: tls === undefined ? url : url.replace('http:', 'https:'),
    mutations: (corner) => mutations.filter((mutation) => mutation.corner === corner),
    reads: (corner) => counts.get(`GET ${corner}`) ?? 0,
    actions: simulator.actions,
    close: () => stop(server),
  }
}

export const honest: Manner = ({ response, act }) => send(response, act())

/** The project that a request to Huawei Cloud or OTC is for: the second part of every path. */
export const projectOf = ({ target }: RawRequest): string => target.split(/[/?]/)[2] ?? ''

/** The zone that a request to EHPC is for. */
export const zoneOf = ({ method, target, body }: RawRequest): string => {
  if (method === 'GET') return new URL(target, 'http://cloud').searchParams.get('zone') ?? ''
  return (JSON.parse(body.toString('utf8')) as { zone?: string }).zone ?? ''
}
