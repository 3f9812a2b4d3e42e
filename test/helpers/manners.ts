import type { ServerResponse } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { gzipSync } from 'node:zlib'
import type { RawReply } from '../../infra/local/simulators/simulator.ts'
import { honest, send, type Manner } from './hostile-cloud.ts'

/** The first `times` requests are treated so, the others well. */
export const first =
  (manner: Manner, times = 1): Manner =>
  (exchange) =>
    exchange.nth < times ? manner(exchange) : honest(exchange)

/** The corner that redirects point to: nobody may ever follow one. */
export const ELSEWHERE = 'elsewhere'

/** To another host, as far as its name says. */
export const redirecting =
  (status: number): Manner =>
  ({ request, response }) => {
    const port = request.headers['host']?.split(':')[1] ?? ''
    const path = `/v1/${ELSEWHERE}/cloudservers/action?zone=${ELSEWHERE}`
    send(response, { status, headers: { location: `http://localhost:${port}${path}` }, body: '' })
  }

/** It is carried out, and then answered like this. */
export const acting =
  (manner: Manner): Manner =>
  (exchange) => {
    exchange.act()
    return manner(exchange)
  }

/** The connection closes, and so many ms later it is carried out all the same. */
export const actingLater =
  (ms: number): Manner =>
  async (exchange) => {
    closing(exchange)
    await sleep(ms)
    exchange.act()
  }

/** Nothing is carried out: this is the answer. */
export const replying =
  (reply: RawReply): Manner =>
  ({ response }) =>
    send(response, reply)

export const json = (status: number, value: unknown, headers: Record<string, string> = {}): Manner =>
  replying({ status, headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify(value) })

export const html = (status: number, headers: Record<string, string> = {}): Manner =>
  replying({ status, headers: { 'content-type': 'text/html', ...headers }, body: `<html><h1>${status}</h1></html>` })

export const empty = (status: number, headers: Record<string, string> = {}): Manner =>
  replying({ status, headers, body: '' })

export const closing: Manner = ({ response }) => response.socket?.destroy()

/** Never answered; the connection stays. */
export const hanging: Manner = () => {}

/** Whatever bytes, as they are. */
export const raw =
  (bytes: string): Manner =>
  ({ response }) =>
    response.socket?.end(bytes)

/** The right answer, changed. */
export const changing =
  (change: (reply: RawReply) => RawReply): Manner =>
  ({ response, act }) =>
    send(response, change(act()))

/** The right answer under a length that is not its own; the connection closes after it. */
export const misleading =
  (lengthOf: (bytes: number) => number): Manner =>
  ({ response, act }) => {
    const { status, body } = act()
    const bytes = Buffer.from(body)
    const head = `HTTP/1.1 ${status} OK\r\ncontent-type: application/json\r\ncontent-length: ${lengthOf(bytes.length)}\r\n\r\n`
    response.socket?.end(Buffer.concat([Buffer.from(head), bytes]))
  }

/** A byte a second. */
export const trickling: Manner = async ({ response }) => {
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': '1000' })
  for (let byte = 0; byte < 1000 && !response.destroyed; byte += 1) {
    response.write(' ')
    await sleep(1_000)
  }
}

/** How much of an answer without an end was taken off a cloud's hands, bytes. */
export type Poured = { bytes: number }

const MEGABYTE = 1024 * 1024

/** A gigabyte of blanks. */
export const pouring = (poured: Poured): Manner =>
  flooding({}, Buffer.alloc(MEGABYTE / 4, ' '), 1024 * MEGABYTE, poured)

/** A gigabyte of blanks in a megabyte of gzip. */
export const exploding = (poured: Poured): Manner => {
  const member = gzipSync(Buffer.alloc(16 * MEGABYTE, ' '))
  return flooding({ 'content-encoding': 'gzip' }, member, 64 * member.length, poured)
}

const flooding =
  (headers: Record<string, string>, chunk: Buffer, total: number, poured: Poured): Manner =>
  async ({ response }) => {
    response.writeHead(200, { 'content-type': 'application/json', ...headers })
    for (let sent = 0; sent < total && !response.destroyed; sent += chunk.length) {
      poured.bytes += chunk.length
      if (!response.write(chunk)) await drained(response)
    }
    response.end()
  }

const drained = (response: ServerResponse) =>
  new Promise<void>((resolve) => {
    const done = () => {
      response.off('drain', done).off('close', done)
      resolve()
    }
    response.on('drain', done).on('close', done)
  })
