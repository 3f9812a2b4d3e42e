import fc from 'fast-check'
import { expect, it } from 'vitest'
import { canonicalJson, fingerprint } from '../../../lib/domain/fingerprint.ts'

it('tells the same words at other borders apart', () => {
  expect(fingerprint('ab', 'c')).not.toBe(fingerprint('a', 'bc'))
  expect(fingerprint('ab')).not.toBe(fingerprint('ab', ''))
})

it('writes a value the same way in whatever order its keys are', () => {
  expect(canonicalJson({ b: [{ d: 1, c: null }], a: 'x' })).toBe(canonicalJson({ a: 'x', b: [{ c: null, d: 1 }] }))
})

it('keeps the order of lists, which means something', () => {
  expect(canonicalJson([1, 2])).not.toBe(canonicalJson([2, 1]))
})

it('loses nothing of a value', () => {
  fc.assert(
    fc.property(fc.json(), (text) => {
      const value: unknown = JSON.parse(text)

      expect(JSON.parse(canonicalJson(value))).toStrictEqual(value)
    }),
  )
})
