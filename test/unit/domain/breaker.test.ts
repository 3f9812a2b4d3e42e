import { describe, expect, it } from 'vitest'
import { admit, type Breaker, closedBreaker, type OpenBreaker, openedBy } from '../../../lib/domain/breaker.ts'
import { T0 } from '../../helpers/builders.ts'

const pace = (ms: number) => ms
const said = { code: 'APIGW.0301', reason: 'Incorrect IAM authentication information' }
const open = (changes: Partial<OpenBreaker> = {}): OpenBreaker => ({
  state: 'open',
  since: T0,
  probeAt: T0 + 30_000,
  probes: 0,
  ...said,
  ...changes,
})

describe('a credential that is not known as refused', () => {
  it('is used', () => {
    expect(admit(closedBreaker, T0, pace)).toEqual({ kind: 'go' })
  })

  it('is known as refused from the first refusal on, and probed after half a minute', () => {
    expect(openedBy(closedBreaker, said, T0, pace)).toEqual(open())
  })

  it('has the provider’s words made fit for a row', () => {
    expect(openedBy(closedBreaker, { code: '', reason: ' \n ' }, T0, pace)).toMatchObject({
      code: 'Refused',
      reason: 'no reason was given',
    })
  })
})

describe('a refused credential', () => {
  it.each([
    { after: 0, probeAt: 30_000, waitMs: 30_000, isFinal: false },
    { after: 29_999, probeAt: 30_000, waitMs: 1, isFinal: false },
    { after: 31_000, probeAt: 90_000, waitMs: 29_001, isFinal: false },
    { after: 60_000, probeAt: 90_000, waitMs: 1, isFinal: false },
    { after: 60_001, probeAt: 90_000, waitMs: 1, isFinal: true },
  ])('is not used $after ms later, for good: $isFinal', ({ after, probeAt, ...expected }) => {
    const reason =
      'not sent, as the provider refused the credential: APIGW.0301: Incorrect IAM authentication information'

    expect(admit(open({ probeAt: T0 + probeAt }), T0 + after, pace)).toEqual({ kind: 'blocked', reason, ...expected })
  })

  it('is tried by one at a time, at growing waits of at most ten minutes', () => {
    const waits: number[] = []
    let breaker: Breaker = open()
    for (let probe = 1; probe <= 7; probe += 1) {
      const now = breaker.state === 'open' ? breaker.probeAt : T0
      const admission = admit(breaker, now, pace)
      if (admission.kind !== 'probe') throw new Error(admission.kind)
      expect(admit(admission.breaker, now, pace).kind).toBe('blocked')
      waits.push(admission.breaker.probeAt - now)
      breaker = admission.breaker
    }

    expect(waits).toEqual([60, 120, 240, 480, 600, 600, 600].map((seconds) => seconds * 1000))
    expect(breaker).toMatchObject({ since: T0, probes: 7, ...said })
  })

  it('stays as it is when others are refused too', () => {
    const before = open()

    expect(openedBy(before, { code: 'other', reason: 'other' }, T0 + 1, pace)).toBe(before)
  })

  it('has its waits at the pace of the stack', () => {
    const faster = (ms: number) => ms / 60
    const breaker = openedBy(closedBreaker, said, T0, faster)

    expect(breaker.probeAt).toBe(T0 + 500)
    expect(admit({ ...breaker, probeAt: T0 + 5_000 }, T0 + 1_001, faster)).toMatchObject({ isFinal: true })
  })
})
