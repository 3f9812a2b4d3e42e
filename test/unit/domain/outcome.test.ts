import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { addCounts, countResults, noCounts, tidyCode, tidyReason } from '../../../lib/domain/outcome.ts'
import { aResult, nodeIds } from '../../helpers/builders.ts'

describe("a provider's text", () => {
  it.each([
    [null, null],
    [undefined, null],
    ['', null],
    [' \n\t ', null],
    ['ok', 'ok'],
    ['  two\r\nlines\u0000 \u0085and\u2028more ', 'two lines and more'],
    ['x'.repeat(300), 'x'.repeat(300)],
    ['x'.repeat(301), `${'x'.repeat(299)}…`],
  ])('%j becomes %j', (text, tidy) => {
    expect(tidyReason(text)).toBe(tidy)
  })

  it('is one well-formed line of at most 300 characters, whatever comes', () => {
    const text = fc.oneof(fc.string({ unit: 'binary', maxLength: 700 }), fc.constant('😀'.repeat(200)))
    fc.assert(
      fc.property(fc.tuple(fc.constantFrom('', 'x', '\ud83d'), text), ([head, rest]) => {
        const tidy = tidyReason(`${head}${rest}`) ?? 'none'

        expect(tidy.length).toBeLessThanOrEqual(300)
        expect(tidy).not.toMatch(/[\p{Cc}\n]/u)
        expect(tidy.isWellFormed()).toBe(true)
      }),
    )
  })

  it('is shorter as a code', () => {
    expect(tidyCode('E'.repeat(101))).toBe(`${'E'.repeat(99)}…`)
    expect(tidyCode('Ecs.0227')).toBe('Ecs.0227')
  })
})

describe('counts', () => {
  it('have every node once', () => {
    const [a = '', b = '', c = ''] = nodeIds(3)
    const results = [aResult(a), aResult(b, { outcome: 'failed' }), aResult(c, { outcome: 'unknown' })]

    expect(countResults(5, results, 'running')).toStrictEqual({
      total: 5,
      pending: 0,
      running: 2,
      succeeded: 1,
      failed: 1,
      skipped: 0,
      unknown: 1,
    })
    expect(countResults(1, [], 'pending')).toStrictEqual({ ...noCounts, total: 1, pending: 1 })
  })

  it('add up field by field', () => {
    const one = { total: 28, pending: 1, running: 2, succeeded: 4, failed: 5, skipped: 7, unknown: 9 }

    expect(addCounts(one, one)).toStrictEqual({
      total: 56,
      pending: 2,
      running: 4,
      succeeded: 8,
      failed: 10,
      skipped: 14,
      unknown: 18,
    })
    expect(addCounts(one, noCounts)).toStrictEqual(one)
  })
})
