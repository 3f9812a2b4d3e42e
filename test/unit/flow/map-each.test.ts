import { describe, expect, it } from 'vitest'
import { mapEach } from '../../../lib/flow/map-each.ts'

describe('mapping each for itself', () => {
  it('leaves out what fails, tells of it, and goes on', async () => {
    const told: unknown[] = []
    const work = async (n: number) => {
      if (n === 2) throw new Error('two')
      return n
    }

    const mapped = await mapEach([1, 2, 3], 1, work, (error, item) => told.push([String(error), item]))

    expect(mapped).toStrictEqual([1, 3])
    expect(told).toStrictEqual([['Error: two', 2]])
  })

  it('keeps an answer that is undefined', async () => {
    expect(
      await mapEach(
        [1],
        1,
        async () => undefined,
        () => expect.unreachable('nothing failed'),
      ),
    ).toStrictEqual([undefined])
  })
})
