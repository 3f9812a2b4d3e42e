import { describe, expect, it } from 'vitest'
import { clockSkewMs, timestampMs } from '../../../../lib/provider-kit/huawei/timestamp.ts'

describe('a time of the provider', () => {
  it.each([
    ['2026-01-05T10:00:00.807Z', '2026-01-05T10:00:00.807Z'],
    ['2026-01-05T10:00:00Z', '2026-01-05T10:00:00.000Z'],
    ['2026-01-05T10:00:00', '2026-01-05T10:00:00.000Z'],
    ['2026-01-05 10:00:00.123456', '2026-01-05T10:00:00.123Z'],
    ['2026-01-05T12:00:00+02:00', '2026-01-05T10:00:00.000Z'],
  ])('%s is read', (text, iso) => {
    expect(timestampMs(text)).toBe(Date.parse(iso))
  })

  it.each(['', null, undefined, 'yesterday', '2026-13-45T10:00:00Z'])('%s is none', (text) => {
    expect(timestampMs(text)).toBeNull()
  })
})

describe('the difference of clocks', () => {
  const at = Date.parse('2026-01-05T10:00:00.500Z')

  it.each([
    ['no Date header', {}, 0],
    ['one that cannot be read', { date: 'soon' }, 0],
    ['one within its own precision', { date: 'Mon, 05 Jan 2026 10:00:00 GMT' }, 0],
    ['a provider that is behind', { date: 'Mon, 05 Jan 2026 09:59:00 GMT' }, -60_500],
    ['a provider that is before', { date: 'Mon, 05 Jan 2026 10:01:00 GMT' }, 59_500],
  ])('%s', (_, headers, skew) => {
    expect(clockSkewMs(headers, at)).toBe(skew)
  })
})
