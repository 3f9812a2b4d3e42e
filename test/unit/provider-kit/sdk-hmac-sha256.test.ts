import { readFileSync } from 'node:fs'
import * as z from 'zod'
import { describe, expect, it } from 'vitest'
import { verifyHuaweiSignature } from '../../../infra/local/simulators/huawei-signature.ts'
import { huaweiSigner } from '../../../lib/provider-kit/huawei/signer.ts'
import { sdkAuthorization, sdkHmacSha256 } from '../../../lib/provider-kit/sdk-hmac-sha256.ts'

const Vector = z.object({
  name: z.string(),
  method: z.enum(['GET', 'POST']),
  url: z.string(),
  access_key: z.string(),
  secret_key: z.string(),
  headers: z.record(z.string(), z.string()),
  body: z.string(),
  expected_authorization: z.string(),
})
const { vectors } = z
  .object({ vectors: z.array(Vector).min(4) })
  .parse(JSON.parse(readFileSync(new URL('../../fixtures/vectors/sdk-hmac-sha256.json', import.meta.url), 'utf8')))

const KEY = { accessKey: 'AKTESTHWCLOUD0000001', secretKey: 'skTestHuaweiCloudSecretKey0000000000001' }
const PROJECT = '0215ef11e49d4743be23dd97a1561e91'
const NOW = Date.parse('2025-01-15T10:11:12.345Z')

describe('SDK-HMAC-SHA256', () => {
  it.each(vectors)('equals the vector $name', ({ method, url, headers, body, access_key, secret_key, ...vector }) => {
    const key = { accessKey: access_key, secretKey: secret_key }

    const authorization = sdkAuthorization({ method, url, headers, body }, key)

    expect(authorization).toBe(vector.expected_authorization)
  })

  it.each(vectors.filter(({ headers }) => 'X-Project-Id' in headers))(
    'sends the very request of the vector $name',
    ({ method, url, headers, body, access_key, secret_key, expected_authorization }) => {
      const { origin, pathname, searchParams } = new URL(url)
      const ids = searchParams.getAll('ids')
      // A record has one value a name; the vector with two is compared without the second.
      if (ids.length > 1) return
      const key = { accessKey: access_key, secretKey: secret_key }
      const date = headers['X-Sdk-Date']!.replace(/(....)(..)(..)T(..)(..)(..)Z/, '$1-$2-$3T$4:$5:$6Z')

      const signed = sdkHmacSha256(key, headers['X-Project-Id']!)(
        { method, path: pathname, query: Object.fromEntries(searchParams), ...(body === '' ? {} : { body }) },
        origin,
        Date.parse(date),
      )

      expect(signed).toEqual({
        method,
        url,
        headers: {
          'content-type': 'application/json',
          host: headers['host'],
          'x-project-id': headers['X-Project-Id'],
          'x-sdk-date': headers['X-Sdk-Date'],
          authorization: expected_authorization,
        },
        body: body === '' ? undefined : body,
      })
    },
  )

  it('signs the token of temporary credentials', () => {
    const key = { ...KEY, securityToken: 'gQpldS1kZS0yMw/+==' }

    const signed = huaweiSigner(key, { projectId: PROJECT })(
      { method: 'POST', path: '/v1/p/x', body: '{}' },
      'https://h',
      NOW,
    )

    expect(signed.headers['x-security-token']).toBe(key.securityToken)
    expect(signed.headers['authorization']).toContain(
      'SignedHeaders=content-type;host;x-project-id;x-sdk-date;x-security-token,',
    )
  })

  it.each([
    ['a query that must be encoded and sorted', '/v1/p/servers', { name: "n*o!d'e (a)/+~", b: '', A: '节点' }],
    ['an encoded segment', '/v1/p/a%2Fb%20c', undefined],
    ['a path that ends with a slash', '/v1/p/x/', undefined],
  ])('is accepted by a verifier written from the same documents: %s', (_, path, query) => {
    const key = { ...KEY, securityToken: 'token/+=' }
    const signer = huaweiSigner(key, { projectId: PROJECT })

    const { method, url, headers, body } = signer(
      { method: 'POST', path, body: '{"a":1}', ...(query && { query }) },
      'http://127.0.0.1:9001/',
      NOW,
    )

    const target = url.slice('http://127.0.0.1:9001'.length)
    const request = { method, target, headers: { ...headers }, body: Buffer.from(body ?? '') }
    expect(verifyHuaweiSignature(request, [key], NOW)).toEqual({ ok: true, accessKey: KEY.accessKey })
  })

  it('signs again for another moment', () => {
    const signer = sdkHmacSha256(KEY, PROJECT)
    const request = { method: 'GET', path: '/v1/p/jobs/j' } as const

    const [first, second] = [signer(request, 'https://h', NOW), signer(request, 'https://h', NOW + 1000)]

    expect(first.headers['x-sdk-date']).toBe('20250115T101112Z')
    expect(second.headers['authorization']).not.toBe(first.headers['authorization'])
  })

  it('refuses credentials of another kind', () => {
    expect(() => huaweiSigner({ accessKeyId: 'a', secretAccessKey: 'b' }, {})).toThrow('accessKey')
  })

  it('covers a missing date and project with empty text rather than with a wrong one', () => {
    const signed = huaweiSigner(KEY, {})({ method: 'GET', path: '/' }, 'https://h', NOW)

    expect(signed.headers['x-project-id']).toBe('')
    expect(sdkAuthorization({ method: 'GET', url: 'https://h/?a&b=1', headers: {}, body: '' }, KEY)).toContain(
      'SignedHeaders=, Signature=',
    )
  })
})
