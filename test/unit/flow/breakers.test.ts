import { describe, expect, it } from 'vitest'
import { type Breakers, createBreakers, type Entry } from '../../../lib/flow/breakers.ts'
import { breakerLedger } from '../../helpers/breaker-ledger.ts'
import { virtualClock } from '../../helpers/world/clock.ts'

const pace = (ms: number) => ms
const refused = { kind: 'refused', code: 'APIGW.0301', reason: 'no' } as const
const accepted = { kind: 'accepted' } as const
const nothing = { kind: 'nothing' } as const

/** Two processes of one ledger. */
const open = () => {
  const clock = virtualClock()
  const { ledger, counts, goDown, breakers } = breakerLedger()
  const start = () => createBreakers({ ledger, clock, pace })
  return { clock, ledger, counts, goDown, breakers, here: start(), there: start() }
}

const passOf = (entry: Entry): Extract<Entry, { kind: 'pass' }> => {
  if (entry.kind === 'blocked') throw new Error(entry.reason)
  return entry
}
const tell = async (process: Breakers, word: Parameters<Extract<Entry, { kind: 'pass' }>['leave']>[0]) =>
  passOf(await process.enter('key')).leave(word)

describe('a credential that is accepted', () => {
  it('is asked about once, and again when it was not used for some time', async () => {
    const { clock, counts, here } = open()

    await tell(here, accepted)
    clock.advance(80_000)
    await tell(here, accepted)
    clock.advance(80_000)
    await tell(here, accepted)
    const before = { ...counts }
    clock.advance(90_000)
    await tell(here, accepted)

    expect(before).toEqual({ reads: 1, writes: 0 })
    expect(counts).toEqual({ reads: 2, writes: 0 })
  })

  it('lets the others wait for the first answer, and then go all at once', async () => {
    const { here, counts } = open()
    const first = passOf(await here.enter('key'))
    const entered: string[] = []
    const others = [1, 2, 3].map(async () => void entered.push((await here.enter('key')).kind))

    await new Promise((resolve) => setImmediate(resolve))
    const before = [...entered]
    await first.leave(accepted)
    await Promise.all(others)

    expect(before).toEqual([])
    expect(entered).toEqual(['pass', 'pass', 'pass'])
    expect(counts.reads).toBe(1)
  })

  it('holds up no other one', async () => {
    const { here } = open()
    await here.enter('key')

    expect(await here.enter('other key')).toMatchObject({ kind: 'pass' })
  })
})

describe('a first request of which nothing came', () => {
  it('lets the others go, not one by one', async () => {
    const { here } = open()
    const first = passOf(await here.enter('key'))
    const others = [here.enter('key'), here.enter('key')]

    await first.leave(nothing)

    expect(await Promise.all(others)).toMatchObject([{ kind: 'pass' }, { kind: 'pass' }])
  })

  it('as it was held back, lets one of the others go ahead in its place', async () => {
    const { here } = open()
    const first = passOf(await here.enter('key'))
    const others = [here.enter('key'), here.enter('key')]

    await first.leave({ kind: 'held-back' })
    await passOf(await Promise.race(others)).leave(refused)

    const kinds = (await Promise.all(others)).map(({ kind }) => kind)
    expect(kinds.toSorted()).toEqual(['blocked', 'pass'])
  })

  it('does not undo what another one came to know', async () => {
    const { here, counts } = open()
    await tell(here, accepted)
    await tell(here, nothing)

    await tell(here, accepted)

    expect(counts.reads).toBe(1)
  })
})

describe('a refused credential', () => {
  it('is used by nobody, here or elsewhere, and those who waited are told', async () => {
    const { here, there, counts } = open()
    const first = passOf(await here.enter('key'))
    const waiting = [here.enter('key'), here.enter('key')]

    await first.leave(refused)
    const blocked = await Promise.all([...waiting, here.enter('key'), there.enter('key'), there.enter('key')])

    expect(blocked.map((entry) => entry.kind === 'blocked' && entry.isNews)).toEqual([false, false, false, true, false])
    expect(counts.writes).toBe(1)
  })

  it('is probed by one, in whichever process; a probe that succeeds closes the breaker for all', async () => {
    const { clock, here, there, breakers } = open()
    await tell(here, refused)
    clock.advance(30_000)

    const entries = await Promise.all([here.enter('key'), there.enter('key'), here.enter('key'), there.enter('key')])
    const probes = entries.filter((entry) => entry.kind === 'pass')
    await probes[0]?.leave(accepted)
    clock.advance(5_000)
    const after = await Promise.all([here.enter('key'), there.enter('key')])

    expect(probes).toMatchObject([{ isProbe: true }])
    expect(after).toMatchObject([{ isProbe: false }, { isProbe: false }])
    expect(breakers.get('key')).toEqual({ state: 'closed' })
  })

  it('stays refused after a probe that fails, or of which nothing is heard', async () => {
    const { clock, here, breakers } = open()
    await tell(here, refused)
    clock.advance(30_000)
    await tell(here, refused)
    const early = await here.enter('key')
    clock.advance(60_000)
    await tell(here, nothing)

    expect(early).toMatchObject({ kind: 'blocked', isFinal: false })
    expect(await here.enter('key')).toMatchObject({ kind: 'blocked', isFinal: true })
    expect(breakers.get('key')).toMatchObject({ state: 'open', probes: 2 })
  })

  it('is not taken for accepted by an answer to what was sent before', async () => {
    const { here } = open()
    await tell(here, accepted)
    const [one, other] = [passOf(await here.enter('key')), passOf(await here.enter('key'))]

    await one.leave(refused)
    await other.leave(accepted)

    expect(await here.enter('key')).toMatchObject({ kind: 'blocked' })
  })

  it('that somebody else found accepted is known as that for long', async () => {
    const { clock, here, there, counts } = open()
    await tell(here, refused)
    clock.advance(30_000)
    await tell(there, accepted)
    await tell(here, accepted)
    const { reads } = counts

    clock.advance(60_000)
    await tell(here, accepted)

    expect(counts.reads).toBe(reads)
  })
})

describe('whoever was let through', () => {
  it('is heard once', async () => {
    const { here, breakers } = open()
    const pass = passOf(await here.enter('key'))

    await pass.leave(accepted)
    await pass.leave(refused)

    expect(breakers.get('key')).toBeUndefined()
  })

  it('is blocked in this process when the ledger cannot be told', async () => {
    const { here, goDown } = open()
    const pass = passOf(await here.enter('key'))
    goDown()

    await pass.leave(refused)

    expect(await here.enter('key')).toMatchObject({ kind: 'blocked' })
  })

  it('may not go when the ledger cannot be asked, nor may those behind', async () => {
    const { here, goDown } = open()
    goDown()

    const [first, second] = [here.enter('key'), here.enter('key')]

    await expect(first).rejects.toThrow('the ledger is down')
    await expect(second).rejects.toThrow('the ledger is down')
  })
})
