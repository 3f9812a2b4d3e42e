import { afterEach, describe, expect, test } from 'vitest'
import { createFunction, type LocalFunction } from '../../../infra/local/lambda.ts'
import { localFunction } from '../../helpers/local-function.ts'

const started: LocalFunction[] = []
const start = (...parameters: Parameters<typeof localFunction>) => {
  const local = localFunction(...parameters)
  started.push(local)
  return local
}
afterEach(async () => {
  await Promise.all(started.splice(0).map((local) => local.close()))
})

const answerOf = async (local: LocalFunction, event: unknown) => {
  const outcome = await local.invoke(JSON.stringify(event))
  return outcome?.ok ? (JSON.parse(outcome.payload) as Record<string, unknown>) : outcome
}

describe('a local function', () => {
  test('sees the environment it was given and nothing of the machine', async () => {
    const local = start('echo', { env: { DROVER_STAGE: 'test' } })

    const answer = await answerOf(local, { hello: 'world' })

    expect(answer).toMatchObject({ event: { hello: 'world' }, stage: 'test', home: null, functionName: 'echo' })
  })

  test('knows how much of its time is left', async () => {
    const local = start('echo', { timeoutSeconds: 3 })

    const answer = await answerOf(local, { sleepMs: 100 })

    expect(answer).toMatchObject({ remainingMs: expect.closeTo(2900, -3) })
  })

  test('stays warm between invocations', async () => {
    const local = start('echo')

    await answerOf(local, {})
    const second = await answerOf(local, {})

    expect(second).toMatchObject({ invocations: 2 })
  })

  test('handles one invocation at a time per worker, and those above its concurrency later', async () => {
    const local = start('echo', { concurrency: 2 })

    const answers = await Promise.all([1, 2, 3].map((n) => answerOf(local, { n, sleepMs: 50 })))

    expect(answers.map((answer) => (answer as { invocations: number }).invocations).toSorted((a, b) => a - b)).toEqual([
      1, 1, 2,
    ])
  })

  test('is ended when its time is over, and the next invocation gets a new worker', async () => {
    const local = start('echo', { timeoutSeconds: 0.2 })

    const late = await answerOf(local, { sleepMs: 5_000 })
    const next = await answerOf(local, {})

    expect(late).toMatchObject({ ok: false, error: { errorMessage: 'Task timed out after 0.20 seconds' } })
    expect(next).toMatchObject({ invocations: 1 })
  })

  test.each([
    ['an error that it throws', 'echo', { throw: 'too far' }, 'RangeError', 'too far'],
    ['an error that nobody catches', 'uncaught', {}, 'Error', 'thrown where nobody waits'],
    ['the end of its process', 'echo', { exit: true }, 'Runtime.ExitError', 'code 7'],
    ['an answer over 6 MB', 'large', {}, 'Function.ResponseSizeTooLarge', 'exceeded'],
    ['a handler that is not there', 'nothing', {}, 'TypeError', 'exports no function nothing'],
  ])('reports %s', async (_, exportName, event, errorType, message) => {
    const local = start(exportName)

    const answer = await answerOf(local, event)

    expect(answer).toMatchObject({ ok: false, error: { errorType, errorMessage: expect.stringContaining(message) } })
  })

  test('hands its output on, and never to the output of the stack', async () => {
    const lines: string[] = []
    const local = start('echo', { onLog: (text) => lines.push(text) })

    await answerOf(local, { log: 'for the operator' })

    await expect.poll(() => lines.join('')).toContain('for the operator')
  })

  test('does not start an invocation that is no longer wanted when its turn comes', async () => {
    const local = start('echo')

    const outcome = await local.invoke('{}', () => false)
    const next = await answerOf(local, {})

    expect(outcome).toBeUndefined()
    expect(next).toMatchObject({ invocations: 1 })
  })

  test('says at the start when its bundle cannot be loaded', async () => {
    const module = new URL('../../fixtures/handlers/broken.mjs', import.meta.url).href
    const local = createFunction({
      module,
      exportName: 'handler',
      functionName: 'broken',
      env: {},
      timeoutSeconds: 1,
      concurrency: 1,
      onLog: () => {},
    })
    started.push(local)

    await expect(local.warm()).rejects.toThrow('this bundle does not load')
  })
})
