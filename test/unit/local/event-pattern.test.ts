import { describe, expect, test } from 'vitest'
import { compilePattern } from '../../../infra/local/event-pattern.ts'

const event = {
  source: 'drover',
  'detail-type': 'Node Operation State Change',
  resources: ['a', 'b'],
  detail: {
    status: 'RUNNING',
    nodes: 12,
    path: '/var/log/x.gz',
    empty: null,
    batches: [{ state: 'x' }, { state: 'y' }],
  },
}

describe('event patterns', () => {
  test.each<[string, Record<string, unknown>, boolean]>([
    ['an exact value', { source: ['drover'] }, true],
    ['another value', { source: ['Drover'] }, false],
    ['one of several', { detail: { status: ['FAILED', 'RUNNING'] } }, true],
    ['every field', { source: ['drover'], detail: { status: ['FAILED'] } }, false],
    ['a field that is missing', { region: ['eu'] }, false],
    ['any element of a list', { resources: ['b'] }, true],
    ['an object in a list', { detail: { batches: { state: ['y'] } } }, true],
    ['null', { detail: { empty: [null] } }, true],
    ['a prefix', { 'detail-type': [{ prefix: 'Node ' }] }, true],
    ['a prefix in any case', { 'detail-type': [{ prefix: { 'equals-ignore-case': 'node ' } }] }, true],
    ['a suffix', { detail: { path: [{ suffix: '.png' }] } }, false],
    ['text in any case', { source: [{ 'equals-ignore-case': 'DROVER' }] }, true],
    ['a wildcard', { detail: { path: [{ wildcard: '/var/*/*.gz' }] } }, true],
    ['a wildcard whose dot is a dot', { detail: { path: [{ wildcard: '*x?gz' }] } }, false],
    ['a range', { detail: { nodes: [{ numeric: ['>', 10, '<=', 12] }] } }, true],
    ['a range that ends before', { detail: { nodes: [{ numeric: ['<', 12] }] } }, false],
    ['text as a number', { detail: { status: [{ numeric: ['>', 0] }] } }, false],
    ['anything but a value', { detail: { status: [{ 'anything-but': 'RUNNING' }] } }, false],
    ['anything but some values', { detail: { status: [{ 'anything-but': ['A', 'B'] }] } }, true],
    ['anything but a prefix', { detail: { status: [{ 'anything-but': { prefix: 'RUN' } }] } }, false],
    ['anything but, where there is nothing', { detail: { none: [{ 'anything-but': 'x' }] } }, false],
    ['a field that exists', { detail: { status: [{ exists: true }] } }, true],
    ['a field that does not', { detail: { none: [{ exists: false }] } }, true],
    ['a field below one that does not exist', { nothing: { below: [{ exists: false }] } }, true],
    ['either of two', { $or: [{ source: ['x'] }, { detail: { nodes: [12] } }] }, true],
    ['neither of two', { $or: [{ source: ['x'] }, { source: ['y'] }] }, false],
    ['either of two below', { detail: { $or: [{ status: ['x'] }, { nodes: [12] }], path: [{ prefix: '/' }] } }, true],
  ])('match %s', (_, pattern, expected) => {
    expect(compilePattern(pattern)(event)).toBe(expected)
  })

  test.each<[string, Record<string, unknown>]>([
    ['an operator', { source: [{ cidr: '10.0.0.0/8' }] }],
    ['two operators in one', { source: [{ prefix: 'a', suffix: 'b' }] }],
    ['a comparison', { detail: { nodes: [{ numeric: ['!=', 3] }] } }],
    ['half a comparison', { detail: { nodes: [{ numeric: ['>'] }] } }],
    ['an operand that is no text', { source: [{ prefix: 3 }] }],
    ['a value outside of a list', { source: 'drover' }],
  ])('fail when they are made, not when they are used, on %s that is not known', (_, pattern) => {
    expect(() => compilePattern(pattern)).toThrow('is not known to the embedded stack')
  })
})
