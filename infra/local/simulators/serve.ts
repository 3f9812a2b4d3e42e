import { once } from 'node:events'
import { createServer } from 'node:http'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { answerControl } from './control.ts'
import { createFaultQueue } from './fault-queue.ts'
import type { Fault, RawReply, RawRequest, Simulator } from './simulator.ts'
import { openStateFile } from './state-file.ts'

export type ServedRequest = {
  at: number
  method: string
  target: string
  status: number
  /** What happened to it instead of the right answer, or on top of it. */
  fault?: Fault
}
export type Served = {
  url: string
  close: () => Promise<void>
  inject: (fault: Fault) => void
  /** Requests to the simulated API in order of arrival; status 0 when the connection was closed without an answer. */
  requests: () => ReadonlyArray<ServedRequest>
}

const KEPT_REQUESTS = 100_000

/** Serves one simulator on 127.0.0.1 (an ephemeral port by default), with faults and, if asked for, a state that survives a kill. */
export const serve = async (
  simulator: Simulator,
  options: { port?: number; faults?: Fault[]; stateFile?: string } = {},
): Promise<Served> => {
  const faults = createFaultQueue(options.faults)
  const state = options.stateFile === undefined ? undefined : openStateFile(options.stateFile, simulator)
  const requests: ServedRequest[] = []
  const closing = new AbortController()
  const wait = async (ms: number) => sleep(ms, undefined, { signal: closing.signal })

  const act = async (request: RawRequest): Promise<RawReply> => {
    const reply = simulator.handle(request)
    await state?.save()
    return reply
  }

  const answer = async (request: RawRequest, response: ServerResponse, entry: ServedRequest): Promise<void> => {
    const fault = faults.take(request)
    if (fault !== undefined) entry.fault = fault
    if (fault?.when === 'before' && fault.then.kind === 'delay') await wait(fault.then.ms)
    const reachesSimulator = fault === undefined || fault.when === 'after' || fault.then.kind === 'delay'
    const reply = reachesSimulator ? await act(request) : undefined
    if (fault === undefined) return send(response, reply)
    const { then } = fault
    if (then.kind === 'close') return hangUp(response)
    if (then.kind === 'hang') {
      await wait(then.ms)
      return hangUp(response)
    }
    if (then.kind === 'reply') return send(response, then)
    if (then.kind === 'truncate') return sendPart(response, reply, then.bytes)
    if (fault.when === 'after') await wait(then.ms)
    return send(response, reply)
  }

  const server = createServer((incoming, response) => {
    void (async () => {
      const request = await receive(incoming)
      const control = answerControl(request, { faults, requests: () => requests, simulator })
      if (control !== undefined) return send(response, control)
      const entry: ServedRequest = { at: Date.now(), method: request.method, target: request.target, status: 0 }
      if (requests.push(entry) > KEPT_REQUESTS) requests.shift()
      await answer(request, response, entry)
      entry.status = response.headersSent ? response.statusCode : 0
      return undefined
    })().catch((error: unknown) => {
      // A wait that was cut by close(), or a client that left; anything else is a defect of a simulator and must be seen.
      if (!closing.signal.aborted && incoming.complete)
        send(response, { status: 500, body: `simulator failed: ${String(error)}` })
      else hangUp(response)
    })
  })
  // Longer than any client keeps an idle connection: a reset must come from a fault, never by chance.
  server.keepAliveTimeout = 120_000
  server.listen(options.port ?? 0, '127.0.0.1')
  await once(server, 'listening')

  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: async () => {
      closing.abort()
      const closed = once(server, 'close')
      server.close()
      server.closeAllConnections()
      await closed
    },
    inject: faults.add,
    requests: () => requests,
  }
}

const receive = async (incoming: IncomingMessage): Promise<RawRequest> => {
  const chunks: Buffer[] = []
  for await (const chunk of incoming) chunks.push(chunk as Buffer)
  const headers: Record<string, string> = {}
  for (const [name, value] of Object.entries(incoming.headers)) {
    if (value !== undefined) headers[name] = Array.isArray(value) ? value.join(', ') : value
  }
  return { method: incoming.method ?? 'GET', target: incoming.url ?? '/', headers, body: Buffer.concat(chunks) }
}

const NO_ANSWER: RawReply = { status: 200, body: '' }

const send = (response: ServerResponse, reply: RawReply = NO_ANSWER): void => {
  if (response.headersSent || response.destroyed) return
  response.writeHead(reply.status, reply.headers)
  response.end(reply.body)
}

const sendPart = (response: ServerResponse, reply: RawReply | undefined, bytes: number): void => {
  // Nothing was acted on (before): there is no right answer, so one that breaks off after `bytes` blanks is made up.
  const body = Buffer.from(reply?.body ?? ' '.repeat(bytes + 1))
  const { 'transfer-encoding': _, ...headers } = reply?.headers ?? {}
  response.writeHead(reply?.status ?? 200, { ...headers, 'content-length': String(body.length) })
  response.flushHeaders()
  response.write(body.subarray(0, bytes), () => hangUp(response))
}

const hangUp = (response: ServerResponse): void => {
  response.socket?.destroy()
}
