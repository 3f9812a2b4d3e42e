import { createServer, type RequestListener } from 'node:http'
import { type AddressInfo, createServer as createTcp, type Server, type Socket } from 'node:net'
import { gzipSync } from 'node:zlib'
import { afterEach, describe, expect, it } from 'vitest'
import { createHttp, type HttpOptions } from '../../../lib/provider-kit/http.ts'
import type { SignedRequest } from '../../../lib/provider-kit/signer.ts'

const SIGNATURE = 'a1b2c3d4e5f60718293a4b5c6d7e8f90'
const opened: { server: Server; sockets: Set<Socket> }[] = []

afterEach(() => {
  for (const { server, sockets } of opened.splice(0)) {
    server.close()
    for (const socket of sockets) socket.destroy()
  }
})

const listen = async (server: Server): Promise<number> => {
  const sockets = new Set<Socket>()
  server.on('connection', (socket: Socket) => sockets.add(socket.on('error', () => {})))
  opened.push({ server, sockets })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return (server.address() as AddressInfo).port
}
const served = (listener: RequestListener) => listen(createServer(listener))
/** What raw bytes do to a client; `seen` is all that was sent to it. */
const raw = async (onData: (socket: Socket) => void) => {
  const seen: string[] = []
  const port = await listen(
    createTcp((socket) => {
      socket.on('data', (data) => {
        seen.push(data.toString())
        onData(socket)
      })
    }),
  )
  return { port, seen }
}

const request = (port: number, changes: Partial<SignedRequest> = {}): SignedRequest => ({
  method: 'POST',
  url: `http://127.0.0.1:${port}/v1/p/cloudservers/action`,
  headers: {
    host: 'ecs.example.test',
    authorization: `SDK-HMAC-SHA256 Access=AK, Signature=${SIGNATURE}`,
    'x-sdk-date': 'now',
  },
  body: '{"os-start":{}}',
  ...changes,
})
const send = (port: number, changes: Partial<SignedRequest> = {}, options: Partial<HttpOptions> = {}) =>
  createHttp({ timeoutMs: 2_000, ...options })(request(port, changes))

describe('one HTTP attempt', () => {
  it('sends the signed request as it is and reads the whole answer', async () => {
    const got: unknown[] = []
    const port = await served((req, res) => {
      req.setEncoding('utf8').on('data', (text) => got.push(text))
      req.on('end', () => {
        got.push(req.method, req.url, req.headers['host'], req.headers['x-sdk-date'], req.headers['transfer-encoding'])
        res.writeHead(202, { 'X-Request-Id': 'r1', 'set-cookie': ['HWWAFSESID=a', 'b=c'] }).end('{"job_id":"ä"}')
      })
    })

    const answer = await send(port, { url: `http://127.0.0.1:${port}/v1/a%20b?c=%2A` }, { now: () => 42 })

    expect(got).toEqual(['{"os-start":{}}', 'POST', '/v1/a%20b?c=%2A', 'ecs.example.test', 'now', undefined])
    expect(answer).toMatchObject({
      kind: 'response',
      status: 202,
      text: '{"job_id":"ä"}',
      json: { job_id: 'ä' },
      receivedAt: 42,
    })
    expect(answer).toHaveProperty('headers.x-request-id', 'r1')
    expect(answer).not.toHaveProperty('headers.set-cookie')
  })

  it('sends a POST without a body and a GET', async () => {
    const port = await served((req, res) => res.end(`${req.method} ${req.headers['content-length']}`))

    const answers = await Promise.all([send(port, { body: undefined }), send(port, { method: 'GET', body: undefined })])

    expect(answers.map((answer) => answer.kind === 'response' && answer.text)).toEqual(['POST 0', 'GET undefined'])
  })

  it.each([301, 302, 307, 308])('does not follow a %i', async (status) => {
    let calls = 0
    const port = await served((_, res) => {
      calls += 1
      res.writeHead(status, { location: '/elsewhere' }).end()
    })

    const answer = await send(port)

    expect(answer).toMatchObject({ kind: 'response', status })
    expect(calls).toBe(1)
  })

  it.each([408, 413, 429, 500, 502, 503, 504])('does not repeat after a %i', async (status) => {
    let calls = 0
    const port = await served((_, res) => {
      calls += 1
      res.writeHead(status, { 'retry-after': '0' }).end('<html>')
    })

    const answer = await send(port, { method: 'GET', body: undefined })

    expect(answer).toMatchObject({ kind: 'response', status, text: '<html>', json: undefined })
    expect(calls).toBe(1)
  })

  it('unpacks a compressed answer', async () => {
    const port = await served((_, res) => res.setHeader('content-encoding', 'gzip').end(gzipSync('{"a":1}')))

    expect(await send(port)).toMatchObject({ kind: 'response', json: { a: 1 } })
  })
})

describe('a failure before a byte was sent', () => {
  it('a refused connection is not sent', async () => {
    const server = createTcp()
    const port = await listen(server)
    await new Promise((resolve) => server.close(resolve))

    expect(await send(port)).toMatchObject({ kind: 'not-sent', code: 'ECONNREFUSED' })
  })

  it('a name that does not exist is not sent', async () => {
    const answer = await send(0, { url: 'http://ecs.eu-de.invalid/v1/p' })

    expect(answer.kind).toBe('not-sent')
  })

  it('a failed TLS handshake is not sent, and the request never leaves', async () => {
    const { port, seen } = await raw((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'))

    const answer = await send(port, { url: `https://127.0.0.1:${port}/v1/p` })

    expect(answer.kind).toBe('not-sent')
    expect(seen.join('')).not.toContain('SDK-HMAC')
  })

  it('a connection that hangs in its handshake is not sent', async () => {
    const { port } = await raw(() => {})

    const answer = await send(port, { url: `https://127.0.0.1:${port}/v1/p` }, { timeoutMs: 150 })

    expect(answer).toMatchObject({ kind: 'not-sent', code: 'ETIMEDOUT' })
  })

  it.each([
    ['an address that is none', { url: 'nonsense' }],
    ['a header that cannot be sent', { headers: { 'x-project-id': 'a\nb' } }],
  ])('%s is not sent, and nothing is thrown', async (_, changes) => {
    expect(await send(0, changes)).toMatchObject({ kind: 'not-sent' })
  })
})

describe('a failure after bytes may have been sent', () => {
  it.each<[string, (socket: Socket) => void, string?]>([
    ['a reset', (socket) => socket.resetAndDestroy(), 'ECONNRESET'],
    ['a connection that is closed without an answer', (socket) => socket.end()],
    [
      'an answer that is shorter than it says',
      (socket) => socket.end('HTTP/1.1 200 OK\r\ncontent-length: 99\r\n\r\n{"job_id":'),
    ],
    [
      'a chunked answer that breaks off',
      (socket) => socket.end('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\n{"job'),
    ],
    ['an answer that is no HTTP', (socket) => socket.end('SSH-2.0-x\r\n')],
    [
      'a broken compression',
      (socket) => socket.end('HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: 3\r\n\r\nabc'),
    ],
    ['headers that never end', (socket) => socket.end(`HTTP/1.1 200 OK\r\nx: ${'x'.repeat(70_000)}\r\n\r\n`)],
  ])('%s is lost', async (_, onData, code) => {
    const { port, seen } = await raw(onData)

    const answer = await send(port)

    expect(answer).toMatchObject({ kind: 'lost', ...(code !== undefined && { code }) })
    expect(seen.join('')).toContain('os-start')
    expect(seen.join('').match(/POST /g)).toHaveLength(1)
  })

  it('a server that never answers is lost when the time is over', async () => {
    const { port } = await raw(() => {})
    const before = Date.now()

    const answer = await send(port, {}, { timeoutMs: 150 })

    expect(answer).toMatchObject({ kind: 'lost', code: 'ETIMEDOUT' })
    expect(Date.now() - before).toBeLessThan(1_500)
  })

  it.each([
    ['what is left of its time', 150.5, 'lost'],
    ['nothing that is left', -5, 'not-sent'],
  ])('a request is given %s and no more', async (_, withinMs, kind) => {
    const { port } = await raw(() => {})
    const before = Date.now()

    const answer = await createHttp({ timeoutMs: 20_000 })(request(port), withinMs)

    expect(answer).toMatchObject({ kind, code: 'ETIMEDOUT' })
    expect(Date.now() - before).toBeLessThan(1_500)
  })

  it('a time that is no whole number of milliseconds is a time', async () => {
    const port = await served((_, res) => res.end('{}'))

    expect(await send(port, {}, { timeoutMs: 4285.71 })).toMatchObject({ kind: 'response', status: 200 })
  })

  it('an answer that drips is lost when the time is over, however lively it is', async () => {
    const port = await served((_, res) => {
      const drip = setInterval(() => res.write('x'), 20)
      res.on('close', () => clearInterval(drip))
    })
    const before = Date.now()

    const answer = await send(port, {}, { timeoutMs: 250 })

    expect(answer).toMatchObject({ kind: 'lost', code: 'ETIMEDOUT' })
    expect(Date.now() - before).toBeLessThan(1_500)
  })

  it('an answer over the limit is lost', async () => {
    const port = await served((_, res) => res.end('x'.repeat(2_000)))

    expect(await send(port, {}, { maxBytes: 1_000 })).toMatchObject({ kind: 'lost', code: 'TooLarge' })
  })

  it('few bytes that unpack to many are lost, and not unpacked to their end', async () => {
    const bomb = gzipSync(Buffer.alloc(30 * 1024 * 1024))
    const port = await served((_, res) => res.setHeader('content-encoding', 'gzip').end(bomb))

    const answer = await send(port)

    expect(bomb.byteLength).toBeLessThan(64 * 1024)
    expect(answer).toMatchObject({ kind: 'lost', code: 'TooLarge' })
  })

  it('says nothing of the signature or the address', async () => {
    const { port } = await raw((socket) => socket.destroy())

    const answer = await send(port, { url: `http://127.0.0.1:${port}/api?signature=${SIGNATURE}` })

    expect(answer.kind).toBe('lost')
    expect(JSON.stringify(answer)).not.toMatch(new RegExp(`${SIGNATURE}|http:`))
  })
})
