import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createAsyncInvocations, type EventPolicy } from '../../../infra/local/async-invocations.ts'
import type { LocalFunction } from '../../../infra/local/lambda.ts'
import type { Outcome } from '../../../infra/local/worker-messages.ts'

const failure: Outcome = { ok: false, error: { errorType: 'Error', errorMessage: 'no', trace: [] } }
const success: Outcome = { ok: true, payload: 'null' }

/** A function that ends as the outcomes say, one after the other; undefined never ends. */
const scripted = (...outcomes: Array<Outcome | undefined>) => {
  const payloads: string[] = []
  const local: LocalFunction = {
    name: 'scripted',
    arn: 'arn:scripted',
    invoke: async (payload, wanted) => {
      if (wanted?.() === false) return undefined
      payloads.push(payload)
      return outcomes.shift() ?? new Promise<never>(() => {})
    },
    warm: async () => {},
    change: () => {},
    close: async () => {},
  }
  return { local, payloads }
}

let folder = ''
const stops: Array<() => void> = []
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'drover-async-'))
})
afterEach(async () => {
  for (const stop of stops.splice(0)) stop()
  await rm(folder, { recursive: true })
})

const start = (local: LocalFunction, policy: Partial<EventPolicy> = {}, file?: string) => {
  const lines: string[] = []
  const log = (line: string) => lines.push(line)
  const async = createAsyncInvocations({ timeScale: 60_000, log, ...(file === undefined ? {} : { file }) })
  async.register(local, { retries: 2, maxAgeSeconds: 60, ...policy })
  stops.push(async.close)
  return { async, lines }
}

describe('events for a function', () => {
  test('are tried twice more after an error', async () => {
    const { local, payloads } = scripted(failure, failure, success)
    const { async } = start(local)

    async.invoke('arn:scripted', '{"n":1}')

    await expect.poll(() => payloads).toEqual(['{"n":1}', '{"n":1}', '{"n":1}'])
  })

  test('go to the destination for failures after the last attempt', async () => {
    const records: unknown[] = []
    const { local } = scripted(failure, failure)
    const onFailure = async (record: string) => void records.push(JSON.parse(record))
    const { async, lines } = start(local, { retries: 1, onFailure })

    async.invoke('arn:scripted', '{"n":1}')

    await expect.poll(() => records).toHaveLength(1)
    expect(records[0]).toMatchObject({
      requestContext: { condition: 'RetriesExhausted', approximateInvokeCount: 2 },
      requestPayload: { n: 1 },
      responsePayload: { errorMessage: 'no' },
    })
    expect(lines.join()).toContain('dropped after 2 attempts: Error: no')
  })

  test('are dropped, and said to be, when they are too old before the function has room', async () => {
    const { local, payloads } = scripted(success)
    const { async, lines } = start(local, { maxAgeSeconds: -1 })

    async.invoke('arn:scripted', '{}')

    await expect.poll(() => lines.join()).toContain('it was too old')
    expect(payloads).toEqual([])
  })

  test('are taken up after a restart until they have succeeded', async () => {
    const file = join(folder, 'invocations.ndjson')
    const before = start(scripted(success, undefined).local, {}, file)
    before.async.invoke('arn:scripted', '"done"')
    before.async.invoke('arn:scripted', '"in work"')
    await new Promise((resolve) => setTimeout(resolve, 20))
    before.async.close()
    const { local, payloads } = scripted(success)

    start(local, {}, file).async.resume()

    await expect.poll(() => payloads).toEqual(['"in work"'])
  })
})
