import { describe, expect, it } from 'vitest'
import { batchMessageBody, parseBatchMessage } from '../../../lib/domain/batch-message.ts'

const message = { operationId: 'op', batchId: 'op.0001' }

describe('a batch message', () => {
  it('is read as it was written', () => {
    expect(parseBatchMessage(batchMessageBody(message))).toEqual(message)
  })

  it('may carry more than this version knows', () => {
    expect(parseBatchMessage(JSON.stringify({ v: 1, ...message, traceId: 'x' }))).toEqual(message)
  })

  it.each([
    ['no JSON', 'restart!', 'is not JSON'],
    ['nothing', '', 'is not JSON'],
    ['no object', '[]', 'expected object'],
    ['null', 'null', 'expected object'],
    ['another version', JSON.stringify({ ...message, v: 2 }), 'v '],
    ['no version', JSON.stringify(message), 'v '],
    ['no batch', JSON.stringify({ v: 1, operationId: 'op' }), 'batchId '],
    ['an empty operation', JSON.stringify({ v: 1, ...message, operationId: '' }), 'operationId '],
    ['an id that is a number', JSON.stringify({ v: 1, ...message, batchId: 1 }), 'batchId '],
    ['an endless id', JSON.stringify({ v: 1, ...message, batchId: 'a'.repeat(5_000) }), 'batchId '],
  ])('with %s is malformed', (_, body, reason) => {
    expect(parseBatchMessage(body)).toEqual({ malformed: expect.stringContaining(reason) })
  })
})
