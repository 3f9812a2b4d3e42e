import { expect, it } from 'vitest'
import { backOffMs } from '../../../lib/domain/rules.ts'

it.each([
  [0, 1_000],
  [1, 1_000],
  [2, 2_000],
  [6, 32_000],
  [7, 60_000],
  [1_000, 60_000],
])('waits after %i tries without effect %i ms', (attempt, ms) => {
  expect(backOffMs(attempt, (given) => given)).toBe(ms)
})

it('waits at the pace of the stack', () => {
  expect(backOffMs(2, (ms) => ms / 100)).toBe(20)
})
