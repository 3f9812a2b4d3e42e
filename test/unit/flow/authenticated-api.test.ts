import { describe, expect, it } from 'vitest'
import { authenticatedApi } from '../../../lib/flow/authenticated-api.ts'
import { createBreakers } from '../../../lib/flow/breakers.ts'
import type { Answer, ApiRequest } from '../../../lib/provider-kit/api.ts'
import type { Credentials } from '../../../lib/provider-kit/credentials.ts'
import { huaweiRefusal } from '../../../lib/provider-kit/huawei/signature-refusal.ts'
import { breakerLedger } from '../../helpers/breaker-ledger.ts'
import { virtualClock } from '../../helpers/world/clock.ts'

const POST = { method: 'POST', path: '/act', body: '{"a":1}' } as const
const GET = { method: 'GET', path: '/look' } as const
const CALL_MS = 30_000
const MINUTE_MS = 60_000
const BEARABLE_MS = 15 * MINUTE_MS

type Sent = { key: string; request: ApiRequest; skewMs: number; withinMs: number | undefined }

type Wish = {
  /** Keys that the provider takes. */
  good?: readonly string[]
  /** How far its clock is ahead, ms, and the one that it says it has. */
  aheadMs?: number
  saidAheadMs?: number
  /** How long an answer takes, ms. */
  takesMs?: number
  /** Instead of what a good request is answered with. */
  answers?: (sent: Sent) => Answer
}

/** A provider with its clock, one process that calls it, and the store that the process reads its keys from. */
const open = ({ good = ['new'], aheadMs = 0, saidAheadMs = aheadMs, takesMs = 20, answers }: Wish = {}) => {
  const clock = virtualClock()
  const { ledger, breakers, goDown } = breakerLedger()
  const store = { key: 'new', isDown: false, reads: 0 }
  const sent: Sent[] = []
  let alarms = 0
  const known = createBreakers({ ledger, clock, pace: (ms) => ms })
  const skew = { ms: 0 }

  const whole = (status: number, json: unknown): Answer => {
    const headers = { date: new Date(clock.now() + saidAheadMs).toUTCString() }
    return { kind: 'response', status, headers, text: 'json', json, receivedAt: clock.now() }
  }
  const connect = ({ key = '' }: Credentials, skewMs: number, withinMs: number | undefined) => ({
    now: clock.now,
    send: async (request: ApiRequest): Promise<Answer> => {
      const one = { key, request, skewMs, withinMs }
      sent.push(one)
      const isTimely = Math.abs(aheadMs - skewMs) < BEARABLE_MS
      await new Promise((resolve) => setImmediate(resolve))
      clock.advance(takesMs)
      if (!good.includes(key) || !isTimely) return whole(401, { error_code: 'APIGW.0301', error_msg: 'no' })
      return answers?.(one) ?? whole(200, { job_id: 'j1' })
    },
  })
  const apiWith = (key: string) =>
    authenticatedApi({
      keys: { key },
      reread: async () => {
        store.reads += 1
        if (store.isDown) throw new Error('no store')
        return { key: store.key }
      },
      connect,
      refusal: huaweiRefusal,
      nameOf: ({ key: name = '' }) => name,
      breakers: known,
      skew,
      clock,
      callMs: CALL_MS,
      onRefused: () => {
        alarms += 1
      },
    })
  return { clock, store, sent, skew, breakers, goDown, apiWith, whole, alarms: () => alarms }
}

const statusOf = (answer: Answer) => (answer.kind === 'response' ? answer.status : `${answer.kind} ${answer.code}`)

describe('an accepted request', () => {
  it('is sent once, and neither the store nor the breaker is written', async () => {
    const { apiWith, sent, store, breakers, alarms } = open()

    expect(statusOf(await apiWith('new').send(POST))).toBe(200)
    expect({ sent: sent.length, reads: store.reads, alarms: alarms() }).toEqual({ sent: 1, reads: 0, alarms: 0 })
    expect(breakers.size).toBe(0)
  })

  it('is bound to the time of one call if it is a call, all waiting included', async () => {
    const { apiWith, sent } = open()
    const api = apiWith('new')

    await api.send(POST)
    await api.send(GET)

    expect(sent.map(({ withinMs }) => withinMs)).toEqual([CALL_MS, undefined])
  })
})

describe('a request whose key was changed meanwhile', () => {
  it('is signed with the new one and sent once more, the same to the letter, and nobody is alarmed', async () => {
    const { apiWith, sent, breakers, alarms } = open()

    expect(statusOf(await apiWith('old').send(POST))).toBe(200)
    expect(sent.map(({ key, request }) => [key, request])).toEqual([
      ['old', POST],
      ['new', POST],
    ])
    expect(alarms()).toBe(0)
    expect(breakers.get('old')).toMatchObject({ state: 'open', code: 'APIGW.0301' })
    expect(breakers.has('new')).toBe(false)
  })

  it('has less time the second time', async () => {
    const { apiWith, sent } = open({ takesMs: 4_000 })

    await apiWith('old').send(POST)

    expect(sent.map(({ withinMs }) => withinMs)).toEqual([CALL_MS, CALL_MS - 4_000])
  })

  it('whose refusal took too long is not sent again here, but comes back', async () => {
    const { apiWith, sent } = open({ takesMs: 16_000 })

    const answer = await apiWith('old').send(POST)

    expect(answer).toMatchObject({ kind: 'not-sent', code: 'APIGW.0301' })
    expect(answer).not.toHaveProperty('isFinal')
    expect(sent).toHaveLength(1)
  })

  it('is refused for good when the new one is refused too: never a third time', async () => {
    const { apiWith, sent, breakers, alarms } = open({ good: [] })

    expect(statusOf(await apiWith('old').send(POST))).toBe(401)
    expect(sent).toHaveLength(2)
    expect([...breakers.values()].map(({ state }) => state)).toEqual(['open', 'open'])
    expect(alarms()).toBe(1)
  })

  it('is not sent with a new one that is known as refused', async () => {
    const { apiWith, sent } = open({ good: [] })
    await apiWith('new').send(GET)

    expect(statusOf(await apiWith('old').send(POST))).toBe(401)
    expect(sent.map(({ key }) => key)).toEqual(['new', 'old'])
  })

  it('is the last that is signed with the old one', async () => {
    const { apiWith, sent } = open()
    await apiWith('old').send(GET)
    sent.length = 0

    const answers = [await apiWith('old').send(POST), await apiWith('new').send(POST)]

    expect(answers.map(statusOf)).toEqual(['not-sent CredentialRefused', 200])
    expect(sent.map(({ key }) => key)).toEqual(['new'])
  })

  it('whose second answer is lost is lost: it may have been done', async () => {
    const lost: Answer = { kind: 'lost', code: 'ECONNRESET', reason: 'reset' }
    const { apiWith, sent } = open({ answers: () => lost })

    expect(await apiWith('old').send(POST)).toEqual(lost)
    expect(sent).toHaveLength(2)
  })

  it('is found by a request that would be a probe with the old one', async () => {
    const { apiWith, clock, store, sent } = open()
    store.key = 'old'
    await apiWith('old').send(GET)
    store.key = 'new'
    clock.advance(30_000)
    sent.length = 0

    expect(statusOf(await apiWith('old').send(POST))).toBe(200)
    expect(sent.map(({ key }) => key)).toEqual(['new'])
  })
})

describe('a request whose key is wrong', () => {
  it('is refused after one sending, somebody is alarmed, and what comes after is not sent', async () => {
    const { apiWith, store, sent, alarms } = open()
    store.key = 'wrong'
    const api = apiWith('wrong')

    const answers = [await api.send(POST), await api.send(POST), await api.send(GET)]

    expect(answers.map(statusOf)).toEqual([401, 'not-sent CredentialRefused', 'not-sent CredentialRefused'])
    expect(answers[1]).toMatchObject({ isFinal: false, reason: expect.stringContaining('APIGW.0301: no') as string })
    expect({ sent: sent.length, alarms: alarms() }).toEqual({ sent: 1, alarms: 1 })
  })

  it('is one of many at once: one is sent', async () => {
    const { apiWith, store, sent } = open()
    store.key = 'wrong'
    const api = apiWith('wrong')

    const answers = await Promise.all([POST, POST, GET, POST, GET].map((request) => api.send(request)))

    expect(answers.map(statusOf).filter((status) => status === 401)).toHaveLength(1)
    expect(sent).toHaveLength(1)
  })

  it('is given up when it was refused for more than a minute', async () => {
    const { apiWith, clock, store } = open()
    store.key = 'wrong'
    const api = apiWith('wrong')
    await api.send(POST)
    clock.advance(30_000)
    const probe = await api.send(GET)
    clock.advance(31_000)

    expect([probe, await api.send(POST)]).toMatchObject([{ status: 401 }, { kind: 'not-sent', isFinal: true }])
  })

  it('is sent when the provider takes it after all', async () => {
    const good: string[] = []
    const { apiWith, clock, store } = open({ good })
    store.key = 'late'
    const api = apiWith('late')
    await api.send(POST)
    good.push('late')
    clock.advance(30_000)

    expect(statusOf(await api.send(GET))).toBe(200)
    expect(statusOf(await api.send(POST))).toBe(200)
  })

  it('that cannot be looked up is the one that there is', async () => {
    const { apiWith, store, sent } = open()
    store.isDown = true

    expect(statusOf(await apiWith('old').send(POST))).toBe(401)
    expect(sent).toHaveLength(1)
  })
})

describe.each([-20 * MINUTE_MS, 20 * MINUTE_MS])('a clock of the provider that is %i ms ahead', (aheadMs) => {
  it('is learned from one refusal, and everything after is signed by it', async () => {
    const { apiWith, sent, skew, breakers, alarms } = open({ aheadMs })

    const answers = [await apiWith('new').send(POST), await apiWith('new').send(POST), await apiWith('new').send(GET)]

    expect(answers.map(statusOf)).toEqual([200, 200, 200])
    expect(sent).toHaveLength(4)
    expect(Math.abs(skew.ms - aheadMs)).toBeLessThan(2_000)
    expect({ breakers: breakers.size, alarms: alarms() }).toEqual({ breakers: 0, alarms: 0 })
  })

  it('is learned by one of many at once', async () => {
    const { apiWith, sent } = open({ aheadMs })
    const api = apiWith('new')

    const answers = await Promise.all([GET, GET, GET, GET, GET].map((request) => api.send(request)))

    expect(answers.map(statusOf)).toEqual([200, 200, 200, 200, 200])
    expect(sent).toHaveLength(6)
  })

  it('and a key that was changed are both made good in one second sending', async () => {
    const { apiWith, sent, breakers } = open({ aheadMs })

    expect(statusOf(await apiWith('old').send(POST))).toBe(200)
    expect(sent).toHaveLength(2)
    // What was refused may have been the time alone.
    expect(breakers.has('old')).toBe(false)
  })

  it('is learned by a probe, which then closes the breaker', async () => {
    const good: string[] = []
    const { apiWith, clock, breakers } = open({ good, aheadMs })
    await apiWith('new').send(GET)
    good.push('new')
    clock.advance(30_000)

    expect(statusOf(await apiWith('new').send(GET))).toBe(200)
    expect(breakers.get('new')).toEqual({ state: 'closed' })
  })
})

describe('a Date that is not the provider’s time', () => {
  it('is believed once and then no more, and the key is refused', async () => {
    const { apiWith, sent, skew, alarms } = open({ good: [], saidAheadMs: 3_600_000 })

    expect(statusOf(await apiWith('new').send(POST))).toBe(401)
    expect(sent).toHaveLength(2)
    expect({ skewMs: skew.ms, alarms: alarms() }).toEqual({ skewMs: 0, alarms: 1 })
  })
})

describe('a refusal of the time alone', () => {
  it('by a clock like ours says nothing of the key, which is not looked up', async () => {
    const clock = virtualClock()
    const { ledger, breakers } = breakerLedger()
    const late: Answer = { kind: 'response', status: 200, headers: {}, text: '{}', json: {}, receivedAt: 0 }
    const api = authenticatedApi({
      keys: { key: 'k' },
      reread: async () => Promise.reject(new Error('not to be asked')),
      connect: () => ({ now: clock.now, send: async () => late }),
      refusal: () => ({ cause: 'clock', code: '1300', reason: 'expired' }),
      nameOf: () => 'k',
      breakers: createBreakers({ ledger, clock, pace: (ms) => ms }),
      skew: { ms: 0 },
      clock,
      callMs: CALL_MS,
      onRefused: () => expect.unreachable(),
    })

    expect(await api.send(POST)).toBe(late)
    expect(breakers.size).toBe(0)
  })
})

describe('a request with a key of which nothing can be known', () => {
  it('is not sent when the ledger is down', async () => {
    const { apiWith, sent, goDown } = open()
    goDown()

    expect(await apiWith('new').send(POST)).toEqual({
      kind: 'not-sent',
      code: 'CredentialUnknown',
      reason: 'the ledger is down',
    })
    expect(sent).toEqual([])
  })

  it('is not sent if it is a call that had to wait long for another one; a look is', async () => {
    const { apiWith, sent } = open({ takesMs: 4_000 })
    const api = apiWith('new')

    const answers = await Promise.all([GET, POST, GET].map((request) => api.send(request)))

    expect(answers.map(statusOf)).toEqual([200, 'not-sent Late', 200])
    expect(sent).toHaveLength(2)
  })
})

describe('an answer that says nothing of the key', () => {
  it.each([
    ['a failure', (answer: Answer) => ({ ...answer, status: 503 })],
    ['a page', (answer: Answer) => ({ ...answer, json: undefined })],
    ['none', (): Answer => ({ kind: 'lost', code: 'ETIMEDOUT', reason: 'late' })],
  ])('leaves a breaker open when a probe gets it: %s', async (_, change) => {
    const good: string[] = []
    const lab = open({ good, answers: () => change(lab.whole(200, {})) })
    await lab.apiWith('new').send(GET)
    good.push('new')
    lab.clock.advance(30_000)

    await lab.apiWith('new').send(GET)

    expect(lab.breakers.get('new')).toMatchObject({ state: 'open', probes: 1 })
  })
})
