/* oxlint-disable unicorn/no-thenable -- the `then` of a fault is a plain object, never a function */
import { describe, expect, test } from 'vitest'

import { serve } from '../../../../infra/local/simulators/serve.ts'
import type { Fault } from '../../../../infra/local/simulators/simulator.ts'
import { counter, post, start } from '../../../helpers/served.ts'

describe('a fault', () => {
  test.each<[string, Fault['when'], number]>([
    ['before: nothing was done', 'before', 0],
    ['after: it was done and the answer is lost', 'after', 1],
  ])('that closes the connection %s', async (_, when, done) => {
    const simulator = counter()
    const served = await start(simulator, { faults: [{ when, then: { kind: 'close' } }] })

    await expect(post(served)).rejects.toThrow('fetch failed')

    expect(simulator.count()).toBe(done)
    expect(served.requests()).toMatchObject([{ method: 'POST', target: '/a', status: 0 }])
  })

  test('is told with the request that it happened to, and with no other', async () => {
    const fault: Fault = { when: 'after', then: { kind: 'reply', status: 502, body: '' } }
    const served = await start(counter(), { faults: [fault] })

    await post(served)
    await post(served)

    const [hit, spared] = served.requests()
    expect(hit?.fault).toBe(fault)
    expect(spared).not.toHaveProperty('fault')
  })

  test('takes as many matching requests as it says, in turn with the next one', async () => {
    const served = await start(counter())
    served.inject({
      match: { method: 'post', path: '/b' },
      times: 2,
      when: 'before',
      then: { kind: 'reply', status: 502, body: '<html>' },
    })
    served.inject({ when: 'before', then: { kind: 'reply', status: 429, headers: { 'retry-after': '7' }, body: '' } })

    const first = await post(served, '/a')
    const rest = [await post(served, '/b?1'), await post(served, '/b?2'), await post(served, '/b?3')]

    expect([first.status, first.headers.get('retry-after')]).toEqual([429, '7'])
    expect(rest.map(({ status }) => status)).toEqual([502, 502, 200])
  })

  test('that truncates promises more bytes than come', async () => {
    const served = await start(counter())
    for (const when of ['before', 'after'] as const) {
      for (const bytes of [0, 5]) {
        served.inject({ when, then: { kind: 'truncate', bytes } })

        const reply = await post(served)

        expect(reply.status).toBe(200)
        expect(Number(reply.headers.get('content-length'))).toBeGreaterThan(bytes)
        await expect(reply.text()).rejects.toThrow('terminated')
      }
    }
  })

  test('that hangs gives no answer and then closes', async () => {
    const simulator = counter()
    const served = await start(simulator, { faults: [{ when: 'after', then: { kind: 'hang', ms: 30 } }] })

    await expect(post(served)).rejects.toThrow('fetch failed')

    expect(simulator.count()).toBe(1)
  })

  test('that delays gives the right answer', async () => {
    const simulator = counter()
    const served = await start(simulator, { faults: [{ when: 'before', then: { kind: 'delay', ms: 20 } }] })

    const reply = await post(served)

    expect(reply.status).toBe(200)
    expect(await reply.json()).toMatchObject({ count: 1 })
  })

  test('does not keep a server from closing', async () => {
    const served = await serve(counter(), { faults: [{ when: 'before', then: { kind: 'hang', ms: 3_600_000 } }] })
    const lost = post(served).then(
      () => 'answered',
      () => 'lost',
    )
    while (served.requests().length === 0) await new Promise((resolve) => setTimeout(resolve, 5))

    await served.close()

    expect(await lost).toBe('lost')
  })
})
