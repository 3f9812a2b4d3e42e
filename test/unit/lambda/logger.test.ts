import { setImmediate } from 'node:timers/promises'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { withLogIds } from '../../../lib/lambda/log-ids.ts'
import { createLog } from '../../../lib/lambda/logger.ts'
import { aQueued } from '../../helpers/builders.ts'

const open = (level?: string) => {
  const lines: string[] = []
  const log = createLog('invoker', level, (line) => lines.push(line) > 0)
  return { log, entries: () => lines.map((line) => JSON.parse(line) as Record<string, unknown>) }
}

afterEach(() => vi.unstubAllEnvs())

describe('a log line', () => {
  it('is JSON with its level, time, service, message and fields', () => {
    const { log, entries } = open()

    log.warn('worker lost', { code: 'WorkerLost' })

    expect(entries()).toEqual([
      { level: 'warn', time: expect.any(String), service: 'invoker', message: 'worker lost', code: 'WorkerLost' },
    ])
  })

  it.each([
    [undefined, ['info', 'warn', 'error']],
    ['DEBUG', ['debug', 'info', 'warn', 'error']],
    ['error', ['error']],
    ['nonsense', ['info', 'warn', 'error']],
  ])('at the level %s is written for %j', (level, written) => {
    const { log, entries } = open(level)

    for (const at of ['debug', 'info', 'warn', 'error'] as const) log[at]('said')

    expect(entries().map((entry) => entry['level'])).toEqual(written)
  })

  it('has of an error its words and its causes, and not the request that an SDK hangs on it', () => {
    const { log, entries } = open()
    const error = Object.assign(new Error('denied', { cause: new Error('expired') }), {
      $response: { token: 'secret' },
    })

    log.error('failed', { error })

    expect(entries()[0]).toMatchObject({ error: { message: 'denied', cause: { message: 'expired' } } })
    expect(JSON.stringify(entries())).not.toContain('secret')
  })

  it('names the trace of an invocation that is traced', () => {
    vi.stubEnv('_X_AMZN_TRACE_ID', 'Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1')
    const { log, entries } = open()

    log.info('said')

    expect(entries()[0]).toMatchObject({ traceId: '1-5759e988-bd862e3fe1be46a994272793' })
  })

  it.each(['', 'Parent=53995c3f42cd8ad8'])('names no trace where there is none (%j)', (variable) => {
    vi.stubEnv('_X_AMZN_TRACE_ID', variable)
    const { log, entries } = open()

    log.info('said')

    expect(entries()[0]).not.toHaveProperty('traceId')
  })
})

describe('the ids of a log line', () => {
  it('are those of whatever is worked on, and of what that is part of', () => {
    const { log, entries } = open()

    withLogIds({ requestId: 'r-1' }, () => {
      withLogIds({ operationId: 'op-1', batchId: 'op-1.0001' }, () => log.info('inside'))
      log.info('outside')
    })
    log.info('after')

    const ids = entries().map(({ requestId, operationId, batchId }) => ({ requestId, operationId, batchId }))
    expect(ids).toEqual([
      { requestId: 'r-1', operationId: 'op-1', batchId: 'op-1.0001' },
      { requestId: 'r-1', operationId: undefined, batchId: undefined },
      { requestId: undefined, operationId: undefined, batchId: undefined },
    ])
  })

  it('stay with their own work when several things are worked on at once', async () => {
    const { log, entries } = open()
    const work = (batchId: string) =>
      withLogIds({ batchId }, async () => {
        await setImmediate()
        log.info('said', { by: batchId })
      })

    await Promise.all(['a', 'b', 'c'].map(work))

    expect(entries()).toHaveLength(3)
    for (const { batchId, by } of entries()) expect(batchId).toBe(by)
  })

  it('of a batch are its ids and nothing else of it', () => {
    const { log, entries } = open()
    const batch = aQueued({ target: { projectId: 'a-project' } })

    withLogIds(batch, () => log.info('said'))

    const { time: _, ...entry } = entries()[0] ?? {}
    expect(entry).toEqual({
      level: 'info',
      service: 'invoker',
      message: 'said',
      operationId: batch.operationId,
      batchId: batch.batchId,
      provider: batch.provider,
    })
  })
})
