import { describe, expect, test } from 'vitest'

import { counter, post, start } from '../../../helpers/served.ts'

test('the simulator gets the exact target and bytes', async () => {
  const served = await start(counter())

  const reply = await fetch(`${served.url}/a/%2e%2E/b?x=%20+&&y`, {
    method: 'POST',
    body: new Uint8Array([0, 255, 10]),
    headers: { 'X-Mark': 'm' },
  })

  expect(reply.headers.get('x-seen')).toBe('m')
  expect(await reply.json()).toMatchObject({ body: 'AP8K' })
  expect(served.requests()[0]?.target).toContain('?x=%20+&&y')
})

describe('the controls', () => {
  test('take faults with curl, forget them, and show what came', async () => {
    const served = await start(counter())
    const body = '{"when":"before","then":{"kind":"reply","status":503,"body":""}}'
    const add = async () => fetch(`${served.url}/_simulator/faults`, { method: 'POST', body })

    const added = await add()
    const hit = await post(served)
    await add()
    const cleared = await fetch(`${served.url}/_simulator/faults`, { method: 'DELETE' })
    const missed = await post(served)
    const seen = await (await fetch(`${served.url}/_simulator/requests`)).json()

    expect([added.status, hit.status, cleared.status, missed.status]).toEqual([202, 503, 204, 200])
    expect(seen).toMatchObject([{ status: 503 }, { status: 200 }])
  })

  test.each(['{', '{}', '{"when":"now","then":{"kind":"close"}}', '{"when":"after","then":{"kind":"close"},"more":1}'])(
    'refuse a fault that is none: %s',
    async (body) => {
      const served = await start(counter())

      const reply = await fetch(`${served.url}/_simulator/faults`, { method: 'POST', body })

      expect(reply.status).toBe(400)
    },
  )

  test('answer 404 for what is not there', async () => {
    const served = await start(counter())

    const statuses = [await fetch(`${served.url}/_simulator/actions`), await fetch(`${served.url}/_simulator/x`)]

    expect(statuses.map(({ status }) => status)).toEqual([404, 404])
    expect(served.requests()).toEqual([])
  })
})

test('a simulator that fails says so and the next request is answered', async () => {
  let broken = true
  const simulator = counter()
  const served = await start({
    ...simulator,
    handle: (request) => {
      if (!broken) return simulator.handle(request)
      broken = false
      throw new Error('lost')
    },
  })

  const replies = [await post(served), await post(served)]

  expect(replies.map(({ status }) => status)).toEqual([500, 200])
})
