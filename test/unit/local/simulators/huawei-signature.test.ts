import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'

import { verifyHuaweiSignature } from '../../../../infra/local/simulators/huawei-signature.ts'
import type { RawRequest } from '../../../../infra/local/simulators/simulator.ts'
import { huaweiCredentials, huaweiRequest } from '../../../helpers/huawei-client.ts'

type Vector = {
  name: string
  method: string
  url: string
  access_key: string
  secret_key: string
  headers: Record<string, string>
  body: string
  expected_authorization: string
}

const file = new URL('../../../fixtures/vectors/sdk-hmac-sha256.json', import.meta.url)
const { vectors } = JSON.parse(readFileSync(file, 'utf8')) as { vectors: Vector[] }

const fromVector = (vector: Vector): RawRequest => ({
  method: vector.method,
  target: vector.url.replace(/^https:\/\/[^/]+/u, ''),
  headers: {
    ...Object.fromEntries(Object.entries(vector.headers).map(([name, value]) => [name.toLowerCase(), value])),
    authorization: vector.expected_authorization,
  },
  body: Buffer.from(vector.body),
})

const dateOf = ({ headers }: Vector): number =>
  Date.parse(headers['X-Sdk-Date']!.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/u, '$1-$2-$3T$4:$5:$6Z'))

const credentialsOf = (vector: Vector) => [{ accessKey: vector.access_key, secretKey: vector.secret_key }]

const now = Date.parse('2026-01-05T10:00:00Z')
const projectId = '0215ef11e49d4743be23dd97a1561e91'
const request = (more: Partial<Parameters<typeof huaweiRequest>[0]> = {}): RawRequest =>
  huaweiRequest({
    method: 'POST',
    path: `/v1/${projectId}/cloudservers/action`,
    body: { a: 1 },
    projectId,
    at: now,
    ...more,
  })
const verdict = (
  signed: RawRequest,
  credentials: { accessKey: string; secretKey: string; securityToken?: string }[] = [huaweiCredentials],
) => verifyHuaweiSignature(signed, credentials, now)

describe('a signature that the vendor tools made', () => {
  test.each(vectors)('is accepted: $name', (vector) => {
    const result = verifyHuaweiSignature(fromVector(vector), credentialsOf(vector), dateOf(vector))

    expect(result).toEqual({ ok: true, accessKey: vector.access_key })
  })

  test.each(vectors)('is refused after 15 minutes: $name', (vector) => {
    const late = verifyHuaweiSignature(fromVector(vector), credentialsOf(vector), dateOf(vector) + 15 * 60_000 + 1)

    expect(late).toMatchObject({ ok: false, reason: 'signature expired' })
  })
})

describe('a signed request', () => {
  test('is accepted up to 15 minutes of clock difference, either way', () => {
    const behind = verdict(request({ at: now - 15 * 60_000 }))
    const ahead = verdict(request({ at: now + 15 * 60_000 }))

    expect([behind.ok, ahead.ok]).toEqual([true, true])
  })

  test.each<[string, (signed: RawRequest) => RawRequest]>([
    ['one byte of the body', (signed) => ({ ...signed, body: Buffer.from('{"a":2}') })],
    ['the path', (signed) => ({ ...signed, target: signed.target.replace('action', 'delete') })],
    ['the query', (signed) => ({ ...signed, target: `${signed.target}?limit=1` })],
    ['the method', (signed) => ({ ...signed, method: 'PUT' })],
    ['a signed header', (signed) => ({ ...signed, headers: { ...signed.headers, host: 'elsewhere.test' } })],
  ])('is refused when %s is another one, and counts as a bad signature', (_, change) => {
    const result = verdict(change(request()))

    expect(result).toMatchObject({ ok: false, badSignature: true, accessKey: 'LOCALACCESSKEY' })
  })

  test('is refused with a key nobody knows', () => {
    const result = verdict(request({ credentials: { accessKey: 'OTHER', secretKey: 'x' } }))

    expect(result).toMatchObject({ ok: false })
    expect(result).not.toHaveProperty('badSignature')
  })

  test.each<[string, Record<string, string | undefined>]>([
    ['without an authorization', { authorization: undefined }],
    ['with one of another scheme', { authorization: 'Bearer abc' }],
    ['without a header that it claims to sign', { host: undefined }],
    ['with a date of another form', { 'x-sdk-date': '2026-01-05T10:00:00Z' }],
    [
      'with signed headers out of order',
      {
        authorization: `SDK-HMAC-SHA256 Access=LOCALACCESSKEY, SignedHeaders=x-sdk-date;host, Signature=${'0'.repeat(64)}`,
      },
    ],
    [
      'without a signed date',
      { authorization: `SDK-HMAC-SHA256 Access=LOCALACCESSKEY, SignedHeaders=host, Signature=${'0'.repeat(64)}` },
    ],
  ])('is refused %s', (_, headers) => {
    const result = verdict(request({ headers }))

    expect(result.ok).toBe(false)
  })

  test('needs the security token of temporary credentials, and no other', () => {
    const temporary = { ...huaweiCredentials, securityToken: 'token-1' }

    const right = verdict(request({ credentials: temporary }), [temporary])
    const absent = verdict(request(), [temporary])
    const other = verdict(request({ credentials: { ...temporary, securityToken: 'token-2' } }), [temporary])

    expect([right.ok, absent.ok, other.ok]).toEqual([true, false, false])
  })

  test('may leave its body unsigned, when it says so in the signature', () => {
    const headers = { 'x-sdk-content-sha256': 'UNSIGNED-PAYLOAD' }

    const signedSo = verdict(request({ headers, payloadHash: 'UNSIGNED-PAYLOAD' }))
    const signedOtherwise = verdict(request({ headers }))

    expect([signedSo.ok, signedOtherwise.ok]).toEqual([true, false])
  })

  test('does not pass with a declared hash that is not the one of its body', () => {
    const other = 'a'.repeat(64)

    const result = verdict(request({ headers: { 'x-sdk-content-sha256': other }, payloadHash: other }))

    expect(result).toMatchObject({ ok: false, reason: 'x-sdk-content-sha256 does not match the body' })
  })

  test('needs nothing signed but the date', () => {
    const result = verdict(request({ signed: ['x-sdk-date'] }))

    expect(result.ok).toBe(true)
  })
})
