import { describe, expect, it } from 'vitest'
import { describeFailure } from '../../../lib/provider-kit/http-failure.ts'

const request = {
  method: 'GET',
  url: 'https://h/api',
  headers: { authorization: 'Signature=0123456789abcdef' },
  body: undefined,
} as const

describe('the words for a failure', () => {
  it.each<[string, unknown, { code: string; reason: string }]>([
    [
      'a code in the error',
      Object.assign(new Error('read'), { code: 'ECONNRESET' }),
      { code: 'ECONNRESET', reason: 'read' },
    ],
    [
      'a code in its cause',
      new Error('outer', { cause: Object.assign(new Error('inner'), { code: 'EPIPE' }) }),
      { code: 'EPIPE', reason: 'outer' },
    ],
    ['the bound of the call', new DOMException('aborted', 'TimeoutError'), { code: 'ETIMEDOUT', reason: 'aborted' }],
    ['an abortion', new DOMException('aborted', 'AbortError'), { code: 'ETIMEDOUT', reason: 'aborted' }],
    ['no code at all', new Error('odd'), { code: 'NetworkError', reason: 'odd' }],
    ['no error at all', 'text', { code: 'NetworkError', reason: 'NetworkError' }],
    [
      'an address and a signature',
      new Error('GET https://h/api?x=1 with 0123456789abcdef'),
      { code: 'NetworkError', reason: 'GET [address] with [redacted]' },
    ],
  ])('%s', (_, error, expected) => {
    expect(describeFailure(error, request)).toEqual(expected)
  })
})
