import { createServer, type IncomingMessage } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { httpEvent, httpReply, problem, type HttpReply, type HttpRequest } from './http-event.ts'
import { listen, stop } from './listen.ts'
import { readBody } from './read-body.ts'
import type { Place } from './resource-types.ts'
import { findRoute, type Match, type Route } from './routes.ts'

/** What an invocation of Lambda takes (Lambda quotas, 6 MB), in bytes. */
const bodyLimit = 6 * 1024 * 1024

/** Calls that only the embedded stack answers; undefined leaves a request to the routes of the template. */
export type LocalCalls = (request: HttpRequest) => HttpReply | undefined

type Options = { place: Place; port: number; localCalls: LocalCalls; log: (line: string) => void }

const serverError = () =>
  problem(500, 'Internal Server Error', 'The request could not be handled. It is safe to try again.')

const invoke = async (request: HttpRequest, { route, parameters }: Match & { kind: 'route' }, options: Options) => {
  const event = httpEvent(request, { key: route.key, parameters }, options.place)
  const giveUp = new AbortController()
  const outcome = await Promise.race([
    route.local.invoke(JSON.stringify(event)),
    sleep(route.timeoutMs, 'late' as const, { signal: giveUp.signal, ref: false }),
  ])
  if (outcome === 'late')
    return problem(503, 'Service Unavailable', `No answer within ${route.timeoutMs / 1000} seconds.`)
  giveUp.abort()
  if (!outcome?.ok) {
    options.log(`${route.key}: ${outcome?.error.errorType}: ${outcome?.error.errorMessage}`)
    return serverError()
  }
  const reply = httpReply(outcome.payload)
  if (!reply) options.log(`${route.key}: the function's answer is no HTTP response`)
  return reply ?? serverError()
}

const answer = async (request: HttpRequest, routes: Route[], options: Options): Promise<HttpReply> => {
  const local = options.localCalls(request)
  if (local) return local
  const match = findRoute(routes, request.method, request.target.split('?')[0] ?? '')
  if (match.kind === 'route') return invoke(request, match, options)
  if (match.kind === 'no path') return problem(404, 'Not Found', 'There is nothing at this path.')
  const allowed = match.allowed.join(', ')
  const reply = problem(405, 'Method Not Allowed', `This path takes ${allowed}.`)
  return { ...reply, headers: { ...reply.headers, allow: allowed } }
}

const handle = async (incoming: IncomingMessage, routes: Route[], options: Options): Promise<HttpReply> => {
  try {
    const body = await readBody(incoming, bodyLimit)
    if (!body) return problem(413, 'Content Too Large', `A request body may have at most ${bodyLimit} bytes.`)
    const { method = 'GET', url: target = '/', headers, socket } = incoming
    return await answer({ method, target, headers, body, sourceIp: socket.remoteAddress ?? '' }, routes, options)
  } catch (error) {
    if (error instanceof URIError) return problem(400, 'Bad Request', 'The path is not correctly percent-encoded.')
    options.log(`${incoming.method} ${incoming.url}: ${String(error)}`)
    return serverError()
  }
}

/** Serves the routes of the template's HTTP API on 127.0.0.1. */
export const startHttpApi = async (routes: Route[], options: Options) => {
  const server = createServer((incoming, response) => {
    void handle(incoming, routes, options).then(({ status, headers, body }) => {
      response.writeHead(status, headers).end(body)
    })
  })
  return { url: await listen(server, options.port), close: () => stop(server) }
}
