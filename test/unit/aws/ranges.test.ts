import { expect, it } from 'vitest'
import { fromRanges, toRanges } from '../../../lib/aws/ledger/ranges.ts'

it('indices are kept as runs, in the order in which they came', () => {
  const indices = [0, 1, 2, 7, 5, 6, 9, 10]

  expect(toRanges(indices)).toEqual([
    [0, 2],
    [7, 7],
    [5, 6],
    [9, 10],
  ])
  expect(fromRanges(toRanges(indices))).toEqual(indices)
})
