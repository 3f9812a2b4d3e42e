import { describe, expect, it } from 'vitest'
import { CREDENTIAL_REFUSED } from '../../../lib/domain/breaker.ts'
import type { Answer } from '../../../lib/provider-kit/api.ts'
import { unreadable } from '../../../lib/provider-kit/unreadable.ts'

const response = (status: number, headers: Record<string, string> = {}): Answer => ({
  kind: 'response',
  status,
  headers,
  text: '',
  json: undefined,
  receivedAt: 0,
})

describe('a failed look', () => {
  it.each(['not-sent', 'lost'] as const)('is one whose call was %s', (kind) => {
    expect(unreadable({ kind, code: 'ETIMEDOUT', reason: 'no answer' }, undefined, true)).toStrictEqual({
      kind: 'unreadable',
      code: 'ETIMEDOUT',
      reason: 'no answer',
      waitMs: null,
      auth: false,
    })
  })

  it('is one of a refused credential when nothing was sent for that', () => {
    const answer = { kind: 'not-sent', code: CREDENTIAL_REFUSED, reason: 'r', isFinal: true } as const

    expect(unreadable(answer)).toStrictEqual({
      kind: 'unreadable',
      code: CREDENTIAL_REFUSED,
      reason: 'r',
      waitMs: null,
      auth: true,
    })
  })

  it('says what the provider said', () => {
    expect(unreadable(response(500), { code: 'Ecs.0000', message: 'internal' })).toMatchObject({
      code: 'Ecs.0000',
      reason: 'internal',
      auth: false,
    })
  })

  it('says its status where the provider said nothing', () => {
    expect(unreadable(response(200))).toMatchObject({ code: 'HTTP.200', reason: 'HTTP status 200, not readable' })
  })

  it('waits as long as it is asked to', () => {
    expect(unreadable(response(429, { 'retry-after': '7' })).waitMs).toBe(7_000)
  })

  it.each([
    [401, false, true],
    [403, false, false],
    [403, true, true],
  ])('of status %i, known as a refused credential: %s, is one: %s', (status, known, auth) => {
    expect(unreadable(response(status), undefined, known).auth).toBe(auth)
  })
})
