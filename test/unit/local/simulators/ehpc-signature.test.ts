import { expect, test, describe } from 'vitest'

import { ehpcSignatureHolds, ehpcStringToSign, readTarget } from '../../../../infra/local/simulators/ehpc/signature.ts'
import file from '../../../fixtures/vectors/qingcloud-ehpc.json' with { type: 'json' }

type Vector = (typeof file.vectors)[number]

const requestOf = (vector: Vector, signature = vector.signature_on_the_wire) => {
  const params = Object.entries(vector.query_params).map(([name, value]) => `${name}=${encodeURIComponent(value)}`)
  // Order on the wire is free.
  const query = [`signature=${signature}`, ...params.toReversed()].join('&')
  const body = Buffer.from(vector.body ?? '')
  return { method: vector.method, target: `${vector.request_path}?${query}`, headers: {}, body }
}

const holds = (vector: Vector, request = requestOf(vector), mode: 'strict' | 'lenient' = 'strict') =>
  ehpcSignatureHolds(request, readTarget(request.target), vector.secret_access_key, mode)

describe.each(file.vectors)('the vector $id', (vector) => {
  test('has the text to sign that the official signer makes', () => {
    const request = requestOf(vector)

    const text = ehpcStringToSign(request.method, readTarget(request.target), request.body)

    expect(text).toBe(vector.string_to_sign)
  })

  test('is accepted', () => {
    const verdict = holds(vector)

    expect(verdict).toBe(true)
  })

  test('is refused when the signature is percent-encoded once or not at all', () => {
    const once = requestOf(vector, encodeURIComponent(vector.signature_base64))
    const never = requestOf(vector, vector.signature_base64)

    const verdicts = [holds(vector, once), holds(vector, never)]

    expect(verdicts).toEqual([false, false])
  })

  test('is accepted with one encoding by a lenient verifier', () => {
    const once = requestOf(vector, encodeURIComponent(vector.signature_base64))

    const verdict = holds(vector, once, 'lenient')

    expect(verdict).toBe(true)
  })

  test('is refused for a body of other bytes', () => {
    const request = requestOf(vector)

    const verdict = holds(vector, { ...request, body: Buffer.from(`${request.body.toString()} `) })

    expect(verdict).toBe(false)
  })
})

test('the published signature belongs to zone jn1a, not to the zone its page prints', () => {
  const vector = file.vectors[0]!
  const request = requestOf(vector)

  const verdict = holds(vector, { ...request, target: request.target.replace('zone=jn1a', 'zone=jinan1a') })

  expect(verdict).toBe(false)
})
