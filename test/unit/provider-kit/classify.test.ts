import { describe, expect, it } from 'vitest'
import type { Answer } from '../../../lib/provider-kit/api.ts'
import { classifyRefusal, ruleOf, type CodeTable } from '../../../lib/provider-kit/classify.ts'
import { retryAfterMs } from '../../../lib/provider-kit/retry-after.ts'
import { unreadable } from '../../../lib/provider-kit/unreadable.ts'

const codes: CodeTable = {
  busy: { means: 'throttled', waitMs: 60_000 },
  bad: { means: 'rejected' },
  one: { means: 'rejected', perNode: true },
  met: { means: 'achieved', perNode: true },
  odd: { means: 'ambiguous' },
}
const NOW = Date.parse('2026-03-01T10:00:00Z')
const answer = (status: number, headers: Record<string, string> = {}): Answer => ({
  kind: 'response',
  status,
  headers,
  text: '',
  json: undefined,
  receivedAt: NOW,
})
const error = (code: string) => ({ code, message: 'said' })

describe('what a refusal means', () => {
  it.each([
    [202, 'busy', { kind: 'throttled', code: 'busy', reason: 'said', waitMs: 60_000 }],
    [503, 'bad', { kind: 'rejected', code: 'bad', reason: 'said', perNode: false }],
    [500, 'one', { kind: 'rejected', perNode: true }],
    [404, 'met', { kind: 'achieved', perNode: true }],
    [400, 'odd', { kind: 'ambiguous', code: 'odd', reason: 'said' }],
  ])('HTTP %i with a known code is what the code says: %s', (status, code, expected) => {
    expect(classifyRefusal(answer(status), error(code), codes)).toMatchObject(expected)
  })

  it.each([
    [200, 'ambiguous'],
    [302, 'ambiguous'],
    [400, 'rejected'],
    [401, 'rejected'],
    [404, 'rejected'],
    [408, 'ambiguous'],
    [409, 'rejected'],
    [429, 'throttled'],
    [499, 'ambiguous'],
    [500, 'ambiguous'],
    [501, 'ambiguous'],
    [502, 'ambiguous'],
    [503, 'ambiguous'],
    [504, 'ambiguous'],
  ])('HTTP %i with an unknown code or none is %s', (status, kind) => {
    expect(classifyRefusal(answer(status), error('new'), codes)).toMatchObject({ kind, code: 'new', reason: 'said' })
    expect(classifyRefusal(answer(status), undefined, codes)).toMatchObject({ kind, code: `HTTP.${status}` })
  })

  it('an attempt without an answer is what the attempt was', () => {
    const failure = { code: 'ECONNRESET', reason: 'read' }

    expect(classifyRefusal({ kind: 'not-sent', ...failure }, undefined, codes)).toEqual({
      kind: 'not-sent',
      ...failure,
    })
    expect(classifyRefusal({ kind: 'lost', ...failure }, undefined, codes)).toEqual({ kind: 'ambiguous', ...failure })
  })

  it('waits as long as the answer asks, rather than as documented', () => {
    const headers = { 'retry-after': '7' }

    expect(classifyRefusal(answer(202, headers), error('busy'), codes)).toHaveProperty('waitMs', 7_000)
    expect(classifyRefusal(answer(429, headers), undefined, codes)).toHaveProperty('waitMs', 7_000)
    expect(classifyRefusal(answer(429), undefined, codes)).toHaveProperty('waitMs', 5_000)
  })

  it.each(['constructor', '__proto__', 'toString', null, undefined])('%s is no code of a table', (code) => {
    expect(ruleOf(codes, code)).toBeUndefined()
  })
})

describe('the wait that an answer asks for', () => {
  it.each([
    [undefined, null],
    ['', null],
    ['soon', null],
    ['7', 7_000],
    ['0', 500],
    ['99999999', 900_000],
    ['Sun, 01 Mar 2026 10:00:30 GMT', 30_000],
    ['Sun, 01 Mar 2026 09:00:00 GMT', 500],
  ])('%s', (value, ms) => {
    expect(retryAfterMs(value === undefined ? {} : { 'retry-after': value }, NOW)).toBe(ms)
  })
})

describe('a look that failed', () => {
  it('says what the answer said, and whether the credential was refused', () => {
    expect(unreadable(answer(503, { 'retry-after': '3' }), error('X'))).toEqual({
      kind: 'unreadable',
      code: 'X',
      reason: 'said',
      waitMs: 3_000,
      auth: false,
    })
    expect(unreadable(answer(200))).toMatchObject({ code: 'HTTP.200', waitMs: null, auth: false })
    expect(unreadable(answer(401))).toMatchObject({ auth: true })
    expect(unreadable(answer(403), error('X'), true)).toMatchObject({ auth: true })
    expect(unreadable({ kind: 'lost', code: 'ETIMEDOUT', reason: 'r' })).toMatchObject({
      code: 'ETIMEDOUT',
      auth: false,
    })
  })
})
