import { describe, expect, it } from 'vitest'
import type { Answer } from '../../../lib/provider-kit/api.ts'
import { classifyRefusal, type CodeTable, ruleOf } from '../../../lib/provider-kit/classify.ts'

const codes: CodeTable = {
  Busy: { means: 'throttled', waitMs: 60_000 },
  BadNodeBusy: { means: 'throttled', waitMs: 60_000, perNode: true },
  No: { means: 'rejected' },
  BadNode: { means: 'rejected', perNode: true },
  Already: { means: 'achieved' },
  Perhaps: { means: 'ambiguous' },
}

const response = (status: number, headers: Record<string, string> = {}): Answer => ({
  kind: 'response',
  status,
  headers,
  text: '',
  json: undefined,
  receivedAt: 0,
})
const error = (code: string) => ({ code, message: `about ${code}` })

describe('a call without a whole answer', () => {
  it('that will not be sent for long is rejected, and surely not for one of its nodes', () => {
    expect(
      classifyRefusal({ kind: 'not-sent', code: 'E', reason: 'r', isFinal: true }, undefined, codes),
    ).toStrictEqual({ kind: 'rejected', code: 'E', reason: 'r', perNode: false })
  })

  it.each([
    ['not-sent', 'not-sent'],
    ['lost', 'ambiguous'],
  ] as const)('%s is %s, whatever error was read', (kind, means) => {
    expect(classifyRefusal({ kind, code: 'E', reason: 'r' }, error('No'), codes)).toStrictEqual({
      kind: means,
      code: 'E',
      reason: 'r',
    })
  })
})

describe('a code of the table', () => {
  it.each([
    ['Busy', { kind: 'throttled', waitMs: 60_000, perNode: false }],
    ['BadNodeBusy', { kind: 'throttled', waitMs: 60_000, perNode: true }],
    ['No', { kind: 'rejected', perNode: false }],
    ['BadNode', { kind: 'rejected', perNode: true }],
    ['Already', { kind: 'achieved', perNode: false }],
    ['Perhaps', { kind: 'ambiguous' }],
  ])('%s means the same under every status', (code, means) => {
    for (const status of [200, 202, 301, 400, 404, 429, 500, 503]) {
      expect(classifyRefusal(response(status), error(code), codes)).toStrictEqual({
        ...means,
        code,
        reason: `about ${code}`,
      })
    }
  })

  it('gives way to the wait that the answer asks for', () => {
    expect(classifyRefusal(response(202, { 'retry-after': '9' }), error('Busy'), codes)).toMatchObject({
      waitMs: 9_000,
    })
  })
})

describe('a status without a known code', () => {
  it.each([
    [200, 'ambiguous'],
    [202, 'ambiguous'],
    [204, 'ambiguous'],
    [301, 'ambiguous'],
    [307, 'ambiguous'],
    [400, 'rejected'],
    [401, 'rejected'],
    [403, 'rejected'],
    [404, 'rejected'],
    [408, 'ambiguous'],
    [409, 'rejected'],
    [422, 'rejected'],
    [429, 'throttled'],
    [499, 'ambiguous'],
    [500, 'ambiguous'],
    [502, 'ambiguous'],
    [503, 'ambiguous'],
    [504, 'ambiguous'],
    [599, 'ambiguous'],
  ])('%i is %s', (status, kind) => {
    expect(classifyRefusal(response(status), undefined, codes)).toMatchObject({
      kind,
      code: `HTTP.${status}`,
      reason: `HTTP status ${status}`,
    })
    expect(classifyRefusal(response(status), error('New.0001'), codes)).toMatchObject({ kind, code: 'New.0001' })
  })

  it('429 waits 5 s, or as long as it asks', () => {
    expect(classifyRefusal(response(429), undefined, codes)).toMatchObject({ waitMs: 5_000 })
    expect(classifyRefusal(response(429, { 'retry-after': '30' }), undefined, codes)).toMatchObject({ waitMs: 30_000 })
  })

  it('never halves a batch', () => {
    expect(classifyRefusal(response(404), error('New.0001'), codes)).toMatchObject({ perNode: false })
  })
})

it.each(['constructor', '__proto__', 'toString', '', null, undefined])('%s is no code of the table', (code) => {
  expect(ruleOf(codes, code)).toBeUndefined()
})
