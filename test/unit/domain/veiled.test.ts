import { describe, expect, test } from 'vitest'
import { veiled } from '../../../lib/domain/veiled.ts'

describe('a text is shown without what stands under the name of something secret', () => {
  test.each([
    ['a field', '{"secretKey":"hidden"}'],
    ['a field deep inside', '{"a":[{"b":{"X-Auth-Token":"hidden"}}]}'],
    ['a field that is an object', '{"credentials":{"ak":"hidden"}}'],
    ['a short name', '{"sk":"hidden"}'],
    ['a text in a field', '{"reason":"signed with Signature=hidden, and sent"}'],
    ['JSON in a field', JSON.stringify({ body: JSON.stringify({ secretKey: 'hidden' }) })],
    ['a header', 'Authorization: SDK-HMAC-SHA256 Access=hidden, Signature=hidden'],
    ['a query', 'GET /iaas?signature=hidden&zone=jn1a'],
    ['an environment', 'AWS_SECRET_ACCESS_KEY=hidden'],
    ['JSON that was cut', '{"a":1,"password": "hidden'],
  ])('%s', (_, text) => {
    expect(veiled(text)).not.toContain('hidden')
    expect(veiled(text)).toContain('[redacted]')
  })
})

test.each([
  '{"provider":"otc-ecs","nodeIds":["616fb98f-46ca-475e-917e-2563e5a8cd19"],"reason":"kernel update"}',
  '{"secret":null}',
  'not JSON at all',
  '',
  '"a text"',
])('whatever says nothing of a secret is shown as it is: %s', (text) => {
  expect(veiled(text)).toBe(text)
})

test('a megabyte of what almost is a secret is looked through at once', () => {
  const text = 'signature'.repeat(120_000)

  expect(veiled(text)).toBe(text)
})

test('JSON that is too deep to be written again is a text', () => {
  const text = `${'['.repeat(200_000)}${']'.repeat(200_000)}`

  expect(veiled(text)).toBe(text)
})
