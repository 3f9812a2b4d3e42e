import { describe, expect, it, vi } from 'vitest'
import { lazily } from '../../../../functions/wiring/lazily.ts'

describe('what is loaded lazily', () => {
  it('is not loaded before it is called', () => {
    const load = vi.fn(async () => async () => 1)

    lazily(load)

    expect(load).not.toHaveBeenCalled()
  })

  it('is loaded once, however many call it at once, and does what it does', async () => {
    const load = vi.fn(async () => async (a: number, b: number) => a + b)
    const add = lazily(load)

    const sums = await Promise.all([add(1, 2), add(3, 4)])

    expect(sums).toStrictEqual([3, 7])
    expect(load).toHaveBeenCalledOnce()
  })

  it('passes on that it cannot be loaded', async () => {
    const broken = lazily(async (): Promise<() => Promise<number>> => {
      throw new Error('no such module')
    })

    await expect(broken()).rejects.toThrow('no such module')
  })
})
