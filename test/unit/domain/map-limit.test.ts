import { describe, expect, it } from 'vitest'
import { mapLimit } from '../../../lib/domain/map-limit.ts'

const tick = () => new Promise<void>((resolve) => setImmediate(resolve))

describe('mapping with a limit', () => {
  it('answers in the order of the items, whichever is done first', async () => {
    const doubled = await mapLimit([3, 1, 2], 3, async (n) => {
      for (let i = 0; i < n; i += 1) await tick()
      return n * 2
    })

    expect(doubled).toStrictEqual([6, 2, 4])
  })

  it('says which item it is at', async () => {
    expect(await mapLimit(['a', 'b'], 1, async (item, index) => `${item}${index}`)).toStrictEqual(['a0', 'b1'])
  })

  it.each([1, 3, 50])('has at most %i under way, and no fewer than it could', async (limit) => {
    let [now, most] = [0, 0]

    await mapLimit(Array.from({ length: 20 }), limit, async () => {
      now += 1
      most = Math.max(most, now)
      await tick()
      now -= 1
    })

    expect(most).toBe(Math.min(limit, 20))
  })

  it('does nothing for nothing', async () => {
    expect(await mapLimit([], 0, () => Promise.reject(new Error('was called')))).toStrictEqual([])
  })

  it('throws the first failure after those under way have ended, and starts no more', async () => {
    const ended: number[] = []

    const mapped = mapLimit([0, 1, 2, 3, 4], 2, async (n) => {
      if (n === 0) throw new Error('the first')
      await tick()
      ended.push(n)
      if (n === 1) throw new Error('the second')
    })

    await expect(mapped).rejects.toThrow('the first')
    expect(ended).toStrictEqual([1])
  })

  it('takes work that throws at once for work that fails', async () => {
    const mapped = mapLimit([1], 1, () => {
      throw new Error('at once')
    })

    await expect(mapped).rejects.toThrow('at once')
  })
})
