import { describe, expect, it } from 'vitest'
import type { Ledger } from '../../../lib/domain/ports.ts'
import { emptyRate } from '../../../lib/domain/rate.ts'
import { limitedApi } from '../../../lib/flow/limited-api.ts'
import type { Answer, Api } from '../../../lib/provider-kit/api.ts'
import { aManifest, T0 } from '../../helpers/builders.ts'

const clock = { now: () => T0, sleep: async () => {} }
const manifest = aManifest({
  rateLimits: [{ unit: 'calls', limit: 2, windowMs: 60_000, scope: ['account'], description: '2 calls a minute' }],
})
const said: Answer = { kind: 'response', status: 200, headers: {}, text: '{}', json: {}, receivedAt: T0 }

/** An API behind a limit whose count fails at the changes named, counted from 1. */
const apiWith = (failing: readonly number[] = []) => {
  let rate = emptyRate
  let changes = 0
  let sent = 0
  const updateRate: Ledger['updateRate'] = async (_, change) => {
    changes += 1
    if (failing.includes(changes)) throw new Error('the ledger is down')
    const changed = change(rate)
    rate = changed.rate
    return changed.result
  }
  const api: Api = {
    now: clock.now,
    send: async () => {
      sent += 1
      return said
    },
  }
  const ledger = { updateRate } as Ledger // the only method that a limit needs
  const limited = limitedApi(api, manifest, {}, { ledger, clock, callMs: 30_000 })
  return { call: () => limited.send({ method: 'GET', path: '/' }), sent: () => sent }
}

describe('a limit of calls', () => {
  it('lets no more through than it has', async () => {
    const { call, sent } = apiWith()

    const answers = [await call(), await call(), await call()]

    expect(answers).toEqual([said, said, { kind: 'not-sent', code: 'RateLimit', reason: '2 calls a minute' }])
    expect(sent()).toBe(2)
  })

  it('that cannot be counted lets nothing through, and says that nothing was sent', async () => {
    const { call, sent } = apiWith([1])

    expect(await call()).toEqual({ kind: 'not-sent', code: 'RateUnknown', reason: 'the ledger is down' })
    expect(sent()).toBe(0)
  })

  it('never costs an answer: one that was given is heard, whether it can be counted or not', async () => {
    const { call } = apiWith([2])

    expect(await call()).toEqual(said)
  })
})
