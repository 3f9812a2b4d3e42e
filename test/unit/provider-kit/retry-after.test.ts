import { afterEach, describe, expect, it, vi } from 'vitest'
import { retryAfterMs } from '../../../lib/provider-kit/retry-after.ts'

const NOW = Date.parse('2026-01-05T10:00:00.000Z')

afterEach(() => {
  vi.unstubAllEnvs()
})

describe('the wait that an answer asks for', () => {
  it.each([
    ['5', 5_000],
    [' 120 ', 120_000],
    ['0', 500],
    ['86400', 900_000],
    ['9'.repeat(400), 900_000],
    ['Mon, 05 Jan 2026 10:00:07 GMT', 7_000],
    ['Monday, 05-Jan-26 10:00:07 GMT', 7_000],
    ['Mon Jan  5 10:00:07 2026', 7_000],
    ['Mon, 05 Jan 2026 09:59:00 GMT', 500],
    ['Mon, 05 Jan 2099 10:00:00 GMT', 900_000],
  ])('"%s" is %i ms', (value, ms) => {
    expect(retryAfterMs({ 'retry-after': value }, NOW)).toBe(ms)
  })

  it.each([
    '',
    '  ',
    'soon',
    'five',
    '1e3',
    '-5',
    '1.5',
    '5, 6',
    'soon 5',
    '+5',
    'not before Mon, 05 Jan 2026 10:00:07 GMT',
    'NaN',
    'Infinity',
  ])('cannot be read from "%s"', (value) => {
    expect(retryAfterMs({ 'retry-after': value }, NOW)).toBeNull()
  })

  it('is the same wherever the machine is', () => {
    vi.stubEnv('TZ', 'Asia/Shanghai')

    expect(retryAfterMs({ 'retry-after': 'Mon Jan  5 10:00:07 2026' }, NOW)).toBe(7_000)
    expect(retryAfterMs({ 'retry-after': 'Mon, 05 Jan 2026 10:00:07 GMT' }, NOW)).toBe(7_000)
  })

  it('is none where there is no such header', () => {
    expect(retryAfterMs({}, NOW)).toBeNull()
  })
})
