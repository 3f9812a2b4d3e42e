import { type ClientRequest, Agent as HttpAgent, type IncomingMessage } from 'node:http'
import { Agent as HttpsAgent } from 'node:https'
import got from 'got'
import type { Answer } from './api.ts'
import { type Connection, watchConnection } from './connection.ts'
import { readBody } from './http-body.ts'
import { describeFailure } from './http-failure.ts'
import type { SignedRequest } from './signer.ts'

/** Sends a signed request once, exactly as it is, and waits no longer than `withinMs` for its answer. Never throws. */
export type Http = (request: SignedRequest, withinMs?: number) => Promise<Answer>

export type HttpOptions = {
  /** Bound of the whole call, from the look-up of the name to the last byte, ms; of a read at most 10 s. */
  timeoutMs: number
  /** An answer larger than this, unpacked, is not read to its end, bytes; 5 MB if not given. */
  maxBytes?: number
  /** ms since the epoch; stamps answers. */
  now?: () => number
}

const MAX_BYTES = 5 * 1024 * 1024
/** A connection that takes longer to come about will not, ms. */
const CONNECT_MS = 5_000
/** A read is made again later; it must not hold up the others that are due, ms. */
const READ_MS = 10_000

/**
 * One attempt: no retry, no redirect, a bound on time and on size. A failure is `not-sent` when no byte of the request
 * can have left, and `lost` otherwise.
 */
export const createHttp = ({ timeoutMs, maxBytes = MAX_BYTES, now = Date.now }: HttpOptions): Http => {
  // A connection per call: one that the other side gave up while it was idle would lose an answer for nothing.
  const agent = { http: new HttpAgent({ keepAlive: false }), https: new HttpsAgent({ keepAlive: false }) }
  const connectMs = Math.min(CONNECT_MS, timeoutMs)

  return async (request, withinMs = timeoutMs) => {
    const connection: Connection = { isOpen: false }
    const mostMs = Math.min(timeoutMs, withinMs, request.method === 'GET' ? READ_MS : timeoutMs)
    // A timer takes whole numbers only.
    const boundMs = Math.floor(mostMs)
    if (boundMs < 1) return { kind: 'not-sent', code: 'ETIMEDOUT', reason: 'no time was left to send it' }
    try {
      const stream = got.stream(request.url, {
        method: request.method,
        headers: { 'user-agent': 'drover', ...request.headers },
        // A POST without a body says that its length is 0; got would wait for one.
        ...(request.method === 'POST' ? { body: request.body ?? '' } : {}),
        agent,
        timeout: { lookup: connectMs, connect: connectMs, secureConnect: connectMs, request: boundMs },
        // The timeouts are those of single steps; this one is over all of them.
        signal: AbortSignal.timeout(boundMs),
        retry: { limit: 0 },
        followRedirect: false,
        throwHttpErrors: false,
        decompress: true,
      })
      stream.on('request', (sent: ClientRequest) => watchConnection(sent, request.url.startsWith('https:'), connection))
      const head = { status: 0, headers: {} as IncomingMessage['headers'] }
      stream.on('response', ({ statusCode = 0, headers }: IncomingMessage) =>
        Object.assign(head, { status: statusCode, headers }),
      )
      const text = await readBody(stream, maxBytes)
      return {
        kind: 'response',
        status: head.status,
        headers: headersOf(head.headers),
        text,
        json: jsonOf(text),
        receivedAt: now(),
      }
    } catch (error) {
      return { kind: connection.isOpen ? 'lost' : 'not-sent', ...describeFailure(error, request) }
    }
  }
}

/** Cookies are nobody's business here: the firewall before BMS sets some (huawei-otc.md, section 3). */
const headersOf = (headers: IncomingMessage['headers']): Record<string, string> =>
  Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) => (typeof value === 'string' ? [[name, value] as const] : [])),
  )

const jsonOf = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    // HTML pages and cut texts are answers too; whoever reads them sees that there is no JSON.
    return undefined
  }
}
