import type { Context } from 'aws-lambda'
import { expect, it } from 'vitest'
import { observed } from '../../../lib/lambda/invocation.ts'
import { logIds } from '../../../lib/lambda/log-ids.ts'
import { createMetrics } from '../../../lib/lambda/metrics.ts'
import { sumsOf } from '../../helpers/emf.ts'

// As much of a context as is read.
const context = { awsRequestId: 'request-1' } as Context

const open = () => {
  const lines: string[] = []
  return { lines, metrics: createMetrics('test', (line) => void lines.push(line)) }
}

it('what an invocation counted is written when it is over', async () => {
  const { lines, metrics } = open()
  const handler = observed({ metrics }, async (nodes: number) => {
    metrics.count('NodesFailed', nodes, 'otc-ecs')
    return lines.length
  })

  const writtenBefore = await handler(2, context)

  expect(writtenBefore).toBe(0)
  expect(sumsOf(lines)).toEqual({ 'NodesFailed otc-ecs': 2 })
})

it('what an invocation counted that failed is written too, and its error stays as it was', async () => {
  const { lines, metrics } = open()
  const handler = observed({ metrics }, async () => {
    metrics.count('DeadLetters', 1)
    throw new Error('no ledger')
  })

  await expect(handler(undefined, context)).rejects.toThrow('no ledger')
  expect(sumsOf(lines)).toEqual({ DeadLetters: 1 })
})

it('the log lines of an invocation are about its request and its event', async () => {
  const { metrics } = open()
  const handler = observed(
    { metrics },
    async () => logIds(),
    (event: { operationId: string }) => event,
  )

  expect(await handler({ operationId: 'op-1' }, context)).toEqual({ requestId: 'request-1', operationId: 'op-1' })
})
