import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { restartOf } from '../helpers/requests.ts'
import { runStart, runStartBelowShell, type Started } from '../helpers/started.ts'

let folder = ''
const running: Started[] = []
const start = async (...parameters: Parameters<typeof runStart>) => {
  const started = await runStart(...parameters)
  running.push(started)
  return started
}
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'drover-data-'))
})
afterEach(async () => {
  await Promise.all(running.splice(0).map((each) => each.kill('SIGKILL')))
  await rm(folder, { recursive: true, force: true })
})

const answers = async (url: string) => {
  try {
    return (await fetch(`${url}/health`)).status
  } catch {
    return 'nobody'
  }
}

const post = async (url: string, body: unknown) => {
  const headers = { 'content-type': 'application/json' }
  const response = await fetch(`${url}/v1/operations`, { method: 'POST', headers, body: JSON.stringify(body) })
  return (await response.json()) as { operationId: string }
}

const statusOf = async (url: string, operationId: string) =>
  ((await (await fetch(`${url}/v1/operations/${operationId}`)).json()) as { status: string }).status

describe('npm start', () => {
  test('says in one line of its output that it takes requests, and what listens where beside it', async () => {
    const { stdout, stderr, url } = await start()

    expect(stdout()).toMatch(/^ready http:\/\/127\.0\.0\.1:\d+\n$/)
    expect(stderr()).toMatch(/^SQS +http:\/\/127\.0\.0\.1:\d+$/m)
    expect(stderr()).toMatch(/^simulator of otc-ecs +http:\/\/127\.0\.0\.1:\d+$/m)
    expect(await answers(url)).toBe(200)
  })

  test.each(['SIGINT', 'SIGTERM'] as const)('ends at once, and well, on %s', async (signal) => {
    const { kill, url } = await start()
    const asked = Date.now()

    const [code] = await kill(signal)

    expect(code).toBe(0)
    expect(Date.now() - asked).toBeLessThan(2_000)
    expect(await answers(url)).toBe('nobody')
  })

  test('does not stay behind when whoever started it is killed', async () => {
    const { kill, url } = await runStartBelowShell()
    const before = await answers(url)

    await kill('SIGKILL')

    expect(before).toBe(200)
    await expect.poll(() => answers(url), { timeout: 5_000 }).toBe('nobody')
  })

  test('starts no simulator for a provider whose endpoint is set', async () => {
    const { stderr } = await start([], { PROVIDER_ENDPOINT_OTC_ECS: 'http://127.0.0.1:9' })

    expect(stderr()).not.toContain('simulator of otc-ecs')
    expect(stderr()).toContain('simulator of otc-bms')
  })

  test.each([
    ['a port that is taken', 'Choose another port with PORT'],
    ['an option that it does not know', '--nothing'],
  ])('ends with a reason for %s', async (_, reason) => {
    const { url } = await start()
    const wrong = reason.startsWith('--') ? await start([reason]) : await start([], { PORT: new URL(url).port })

    const [code] = await wrong.exited

    expect(code).toBe(1)
    expect(wrong.stdout()).toBe('')
    expect(wrong.stderr()).toContain(reason)
  })

  test('with --data goes on where it was killed', async () => {
    const first = await start(['--data', folder])
    const { operationId } = await post(first.url, restartOf('otc-ecs', 1_500))
    await first.kill('SIGKILL')

    const second = await start(['--data', folder])

    await expect.poll(() => statusOf(second.url, operationId), { timeout: 50_000, interval: 200 }).toBe('SUCCEEDED')
    const { items } = (await (await fetch(`${second.url}/local/events`)).json()) as {
      items: Array<{ sequence: number; detail: { status: string; batchId?: string } }>
    }
    expect(items.map(({ sequence }) => sequence)).toEqual(items.map((_, index) => index + 1))
    expect(items.filter(({ detail }) => !detail.batchId).map(({ detail }) => detail.status)).toContain('SUCCEEDED')
  })
})
