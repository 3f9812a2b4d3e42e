import { describe, expect, it } from 'vitest'
import { clockDriftMs } from '../../../lib/provider-kit/clock-drift.ts'

const SENT = Date.parse('2026-01-05T10:00:00.400Z')
const HEARD = SENT + 20_000
const dated = (date: string) => ({ date })
const at = (ms: number) => dated(new Date(ms).toUTCString())

describe('the difference of clocks that the Date of an answer shows', () => {
  it.each([
    ['none without a date', {}, 0],
    ['none with a date that cannot be read', dated('soon'), 0],
    ['none while the answer was under way', at(SENT + 10_000), 0],
    ['none of some seconds', at(SENT - 29_000), 0],
    ['none of some seconds after it was heard', at(HEARD + 29_000), 0],
    ['behind, from the sending', at(SENT - 1_200_000), -1_200_400],
    ['ahead, from the hearing', at(HEARD + 1_200_000), 1_199_600],
  ])('is %s', (_, headers, expected) => {
    expect(clockDriftMs(headers, SENT, HEARD)).toBe(expected)
  })
})
