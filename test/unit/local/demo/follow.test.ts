import { describe, expect, test } from 'vitest'
import type { Client, OperationView } from '../../../../infra/local/demo/client.ts'
import { follow, type Look } from '../../../../infra/local/demo/follow.ts'
import type { Run } from '../../../../infra/local/demo/run.ts'
import { endedRun, endEvents, orderOf } from './builders.ts'

const { view } = endedRun()
const running = { ...view, status: 'RUNNING', endedAt: null, batches: [] }
const begun: Run = { order: orderOf(), operationId: 'op-1', view: null }

/** Answers from a list, the last one for ever; an error is thrown. */
const inTurn = (answers: readonly (OperationView | Error)[]) => {
  let calls = 0
  return async () => {
    const answer = answers[Math.min(calls, answers.length - 1)]
    calls += 1
    if (answer === undefined || answer instanceof Error) throw answer
    return answer
  }
}

type Answers = { operation: readonly (OperationView | Error)[]; events?: Client['events'] }

const client = ({ operation, events }: Answers): Client => ({
  submit: async () => ({ kind: 'accepted', operationId: 'op-1' }),
  operation: inTurn(operation),
  nodes: async () => [],
  events: events ?? (async (since) => (since === 0 ? endEvents() : [])),
})

const watch = async (runs: readonly Run[], to: Client, patienceMs = 5_000, signal = new AbortController().signal) => {
  const looks: Look[] = []
  for await (const look of follow(runs, to, { until: Date.now() + patienceMs, everyMs: 1, signal })) looks.push(look)
  return looks
}

describe('following', () => {
  test('ends with the look that has seen the end and its events', async () => {
    const looks = await watch([begun], client({ operation: [running, running, view] }))

    expect(looks.map(({ runs }) => runs.map((run) => ('view' in run ? run.view?.status : undefined)))).toEqual([
      ['RUNNING'],
      ['RUNNING'],
      ['PARTIAL'],
    ])
  })

  test('waits for an event that comes after the end', async () => {
    let asked = 0
    const late: Client['events'] = async (since) => {
      asked += 1
      return since === 0 && asked > 2 ? endEvents() : []
    }

    const looks = await watch([begun], client({ operation: [view], events: late }))

    expect(looks.map(({ events }) => events.length)).toEqual([0, 0, 2])
  })

  test('gives up when its time is over, with what is open', async () => {
    const looks = await watch([begun], client({ operation: [running] }), 30)

    expect(looks.at(-1)?.runs).toMatchObject([{ view: { status: 'RUNNING' } }])
  })

  test('takes a look that fails for no more than that', async () => {
    const looks = await watch([begun], client({ operation: [new Error('503'), view] }))

    expect(looks.map(({ trouble }) => trouble)).toEqual(['Error: 503', null])
  })

  test('has nothing to wait for when all was refused', async () => {
    const looks = await watch([{ order: orderOf(), refusal: ['400'] }], client({ operation: [running] }))

    expect(looks).toHaveLength(1)
  })

  test('is cut short by an abort', async () => {
    const aborting = new AbortController()
    aborting.abort()

    await expect(watch([begun], client({ operation: [running] }), 5_000, aborting.signal)).rejects.toThrow('aborted')
  })
})
