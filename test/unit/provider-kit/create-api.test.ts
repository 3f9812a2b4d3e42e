import { describe, expect, it, vi } from 'vitest'
import type { Answer } from '../../../lib/provider-kit/api.ts'
import type { Http } from '../../../lib/provider-kit/http.ts'
import { createApi } from '../../../lib/provider-kit/create-api.ts'
import { redact, secretsOf } from '../../../lib/provider-kit/redact.ts'
import { sdkHmacSha256 } from '../../../lib/provider-kit/sdk-hmac-sha256.ts'
import type { SignedRequest } from '../../../lib/provider-kit/signer.ts'

const KEY = { accessKey: 'AKTESTHWCLOUD0000001', secretKey: 'sk/Test+Secret"0001', securityToken: 'token/of+some==' }
const SECRETS = Object.values(KEY)

const apiAnswering = (reply: (request: SignedRequest) => Answer) =>
  createApi({
    signer: sdkHmacSha256(KEY, 'p1'),
    baseUrl: 'https://ecs.eu-de.otc.t-systems.com',
    http: async (request) => reply(request),
    now: () => Date.parse('2025-01-15T10:11:12Z'),
    secrets: SECRETS,
  })
const saying = (text: string, headers: Record<string, string> = {}): Answer => {
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch {
    json = undefined
  }
  return { kind: 'response', status: 401, headers, text, json, receivedAt: 1 }
}
const GET = { method: 'GET', path: '/v1/p1/jobs/j1' } as const

describe('a provider’s API', () => {
  it('signs at the moment of sending, again for every attempt', async () => {
    let now = Date.parse('2025-01-15T10:11:12Z')
    const http = vi.fn<Http>(async () => saying('{}'))
    const api = createApi({ signer: sdkHmacSha256(KEY, 'p1'), baseUrl: 'https://h', http, now: () => now, secrets: [] })

    await api.send(GET)
    now += 60_000
    await api.send(GET)

    expect(http.mock.calls.map(([request]) => request)).toMatchObject([
      { url: 'https://h/v1/p1/jobs/j1', headers: { 'x-sdk-date': '20250115T101112Z' } },
      { headers: { 'x-sdk-date': '20250115T101212Z' } },
    ])
    expect(api.now()).toBe(now)
  })

  it('signs by the clock of the provider, and bounds the request', async () => {
    const http = vi.fn<Http>(async () => saying('{}'))
    const now = () => Date.parse('2025-01-15T10:11:12Z')
    const signer = sdkHmacSha256(KEY, 'p1')
    const api = createApi({ signer, baseUrl: 'https://h', http, now, secrets: [], skewMs: 1_200_000, withinMs: 700 })

    await api.send(GET)

    expect(http.mock.calls[0]).toMatchObject([{ headers: { 'x-sdk-date': '20250115T103112Z' } }, 700])
    expect(api.now()).toBe(now())
  })

  it('leaves an answer without secrets as it is', async () => {
    const answer = saying('{"job_id":"j1"}', { date: 'today' })

    expect(await apiAnswering(() => answer).send(GET)).toEqual(answer)
  })

  it.each([
    ['plain', (s: string) => `app not found: ${s}.`],
    ['in JSON', (s: string) => JSON.stringify({ error_code: 'APIGW.0301', error_msg: `key ${s} unknown` })],
    ['in JSON that escapes slashes', (s: string) => JSON.stringify({ error: s }).replaceAll('/', '\\/')],
    [
      'in JSON that escapes everything',
      (s: string) =>
        `{"error":"${Array.from(s, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`).join('')}"}`,
    ],
    ['percent-encoded', (s: string) => `<html>${encodeURIComponent(s)}</html>`],
    ['percent-encoded twice', (s: string) => encodeURIComponent(encodeURIComponent(s))],
  ])('a secret that is echoed %s does not get through', async (_, wrap) => {
    for (const secret of SECRETS) {
      const answer = await apiAnswering(() => saying(wrap(secret))).send(GET)

      const seen = JSON.stringify(answer)
      for (const form of [secret, JSON.stringify(secret).slice(1, -1), encodeURIComponent(secret)]) {
        expect(seen).not.toContain(form)
      }
      expect(seen).toContain('[redacted]')
    }
  })

  it('the signature of the request does not get through, not even in a header', async () => {
    const echo = ({ headers }: SignedRequest) =>
      saying(`{"a":"${headers['authorization']}"}`, { 'x-echo': headers['authorization'] ?? '' })

    const answer = await apiAnswering(echo).send(GET)

    expect(JSON.stringify(answer)).not.toMatch(/Signature=[0-9a-f]/)
    expect(answer).toHaveProperty('json.a', expect.stringMatching(/Access=\[redacted\],.*Signature=\[redacted\]$/))
    expect(answer).toHaveProperty('headers.x-echo', expect.stringContaining('Signature=[redacted]'))
  })

  it('a secret of digits does not break a number', async () => {
    const http = async () => saying('{"count":1234567890,"error":"1234567"}')
    const api = createApi({
      signer: sdkHmacSha256(KEY, 'p1'),
      baseUrl: 'https://h',
      http,
      now: () => 0,
      secrets: ['1234567'],
    })

    expect(await api.send(GET)).toMatchObject({ json: { count: 1234567890, error: '[redacted]' } })
  })

  it('cleans the reason of a failure too', async () => {
    const answer = await apiAnswering(() => ({ kind: 'lost', code: 'X', reason: `with ${KEY.accessKey}` })).send(GET)

    expect(answer).toEqual({ kind: 'lost', code: 'X', reason: 'with [redacted]' })
  })
})

describe('redaction', () => {
  it('leaves no part of a longer form behind', () => {
    expect(redact('a%2Fb%2Bcdef a/b+cdef', ['a/b+cdef'])).toBe('[redacted] [redacted]')
  })

  it('does not take short words for secrets', () => {
    expect(redact('a broken key', ['key', ''])).toBe('a broken key')
  })

  it('knows a signature in the query, as it is and decoded', () => {
    const url = 'https://h/api/x?zone=a&signature=W68%252BXs%253D&b=1'

    expect(secretsOf({ method: 'GET', url, headers: {}, body: undefined })).toEqual([
      'W68%252BXs%253D',
      'W68%2BXs%3D',
      'W68+Xs=',
    ])
  })

  it('takes a signature that cannot be decoded as it is', () => {
    const url = 'https://h/api?signature=100%25%'

    expect(secretsOf({ method: 'GET', url, headers: { Authorization: 'Basic abc' }, body: undefined })).toEqual([
      'Basic abc',
      '100%25%',
      '100%25%',
      '100%25%',
    ])
  })
})
