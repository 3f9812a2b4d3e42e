import { describe, expect, test } from 'vitest'

import type { ApiRequest } from '../../../lib/provider-kit/api.ts'
import { ehpcSignature, ehpcSigner, ehpcStringToSign } from '../../../lib/provider-kit/ehpc-signature.ts'
import file from '../../fixtures/vectors/qingcloud-ehpc.json' with { type: 'json' }

const common = new Set(['access_key_id', 'signature_method', 'signature_version', 'timestamp', 'version'])

const base = 'https://hpc.api.qingcloud.com'
const key = { accessKeyId: 'QYACCESSKEYIDEXAMPLE', secretAccessKey: 'SECRETACCESSKEY' }
const now = Date.parse('2022-04-11T15:00:13Z')
const sign = (request: Partial<ApiRequest>, baseUrl = base) =>
  ehpcSigner(key)({ method: 'GET', path: '/api/operation', ...request }, baseUrl, now)

describe.each(file.vectors)('vector $id', (vector) => {
  const params: [string, string][] = Object.entries(vector.query_params)
  const request: ApiRequest = {
    method: vector.method as ApiRequest['method'],
    path: vector.request_path,
    query: Object.fromEntries(params.filter(([name]) => !common.has(name))),
    ...(vector.body === null ? {} : { body: vector.body }),
  }
  const signer = ehpcSigner({ accessKeyId: vector.access_key_id, secretAccessKey: vector.secret_access_key })

  test('what goes on the wire is what the official signer sends', () => {
    const signed = signer(request, base, Date.parse(vector.query_params.timestamp))

    const [path, query = ''] = signed.url.slice(base.length).split('?')
    expect(path).toBe(vector.request_path)
    expect(query.split('&signature=')[1]).toBe(vector.signature_on_the_wire)
    expect(new URL(signed.url).searchParams.size).toBe(params.length + 1)
    expect(signed.body).toBe(vector.body ?? undefined)
  })

  test('string to sign and signature are those of the official signer', () => {
    const signed = signer(request, base, Date.parse(vector.query_params.timestamp))
    const query = signed.url.split('?')[1]!.split('&signature=')[0]!

    const text = ehpcStringToSign(request.method, vector.request_path, query, request.body)

    expect(text).toBe(vector.string_to_sign)
    expect(text.split('\n')[1]).toBe(vector.signed_path)
    expect(text.split('\n')[3]).toBe(vector.body_md5)
    expect(ehpcSignature(text, vector.secret_access_key)).toBe(vector.signature_base64)
  })
})

test('a signature is made for the moment it is sent', () => {
  const signer = ehpcSigner(key)

  const urls = [0, 61_000].map((later) => signer({ method: 'GET', path: '/api/operation' }, base, now + later).url)

  expect(urls.map((url) => new URL(url).searchParams.get('timestamp'))).toEqual([
    '2022-04-11T15:00:13Z',
    '2022-04-11T15:01:14Z',
  ])
  expect(new URL(urls[0]!).searchParams.get('signature')).not.toBe(new URL(urls[1]!).searchParams.get('signature'))
})

test('the body is signed by its bytes, so that other bytes have another signature', () => {
  const spaced = sign({ method: 'POST', body: '{"zone": "jn1a"}' })
  const dense = sign({ method: 'POST', body: '{"zone":"jn1a"}' })

  expect(spaced.url).not.toBe(dense.url)
  expect(spaced.headers).toEqual({ 'content-type': 'application/json' })
})

test('a request without a body sends none, and no type of one', () => {
  expect(sign({})).toMatchObject({ headers: {}, body: undefined })
})

test('a parameter without a value is neither signed nor sent', () => {
  expect(sign({ query: { zone: '' } }).url).toBe(sign({}).url)
})

test('what other encoders would leave or turn into a plus is percent-encoded', () => {
  expect(sign({ query: { search_word: "it's (a) *!" } }).url).toContain('search_word=it%27s%20%28a%29%20%2A%21&')
})

test.each([
  ['http://127.0.0.1:9001/', 'http://127.0.0.1:9001/api/operation?'],
  ['http://127.0.0.1:9001/cloud', 'http://127.0.0.1:9001/cloud/api/operation?'],
])('the endpoint %s is kept as it is', (endpoint, start) => {
  expect(sign({}, endpoint).url.startsWith(start)).toBe(true)
})

test('a path that ends in a slash gets no second one', () => {
  expect(ehpcStringToSign('GET', '/api/', '', undefined).split('\n')[1]).toBe('/api/')
})
