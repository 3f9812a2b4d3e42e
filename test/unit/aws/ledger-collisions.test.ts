import {
  ConditionalCheckFailedException,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
} from '@aws-sdk/client-dynamodb'
import { mockClient } from 'aws-sdk-client-mock'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { createLedger } from '../../../lib/aws/ledger.ts'
import { Unavailable } from '../../../lib/domain/problem.ts'
import type { Rate } from '../../../lib/domain/rate.ts'
import { NOW } from './entities.ts'

const waits = vi.hoisted((): number[] => [])
vi.mock(import('node:timers/promises'), () => ({
  setTimeout: (ms) => {
    waits.push(ms ?? 0)
    return Promise.resolve() as never
  },
}))

const dynamo = mockClient(DynamoDBClient)
const ledger = createLedger({ client: new DynamoDBClient({ region: 'eu-de' }), tableName: 'drover-test' })
const failed = new ConditionalCheckFailedException({ message: 'The conditional request failed', $metadata: {} })
const rate: Rate = { grants: [{ id: 'a', units: 1, until: NOW }], tickets: [] }
const change = (scope: string) => ledger.updateRate(scope, () => ({ rate, result: 'changed' }), NOW)

beforeEach(() => {
  dynamo.reset()
  waits.length = 0
  dynamo.on(GetItemCommand).resolves({})
})

describe('a change that nobody else is at', () => {
  it('is made without a wait', async () => {
    dynamo.on(PutItemCommand).resolves({})

    expect(await change('scope')).toBe('changed')
    expect(waits).toEqual([])
  })
})

describe('a change that others make first', () => {
  it('is made on what they left', async () => {
    dynamo.on(PutItemCommand).rejectsOnce(failed).resolves({})
    dynamo
      .on(GetItemCommand)
      .resolvesOnce({})
      .resolves({ Item: { version: { N: '7' }, body: { S: '{"grants":[],"tickets":[]}' } } })

    expect(await change('scope')).toBe('changed')
    const written = dynamo
      .commandCalls(PutItemCommand)
      .map(({ args: [{ input }] }) => [
        input.Item?.['version']?.N,
        input.ConditionExpression,
        input.ExpressionAttributeValues?.[':before']?.N,
      ])
    expect(written).toEqual([
      ['1', 'attribute_not_exists(pk)', undefined],
      ['8', '#version = :before', '7'],
    ])
  })

  it('is tried again after waits that grow to 200 ms, of random length, so that it does not meet the same ones again', async () => {
    dynamo.on(PutItemCommand).rejects(failed)
    const random = vi.spyOn(Math, 'random')

    random.mockReturnValue(1)
    await expect(change('the scope')).rejects.toThrow('the rate count of the scope is changed by too many at once')
    const longest = waits.splice(0)
    random.mockReturnValue(0.5)
    await expect(change('the scope')).rejects.toThrow(Unavailable)

    expect(longest.slice(0, 7)).toEqual([10, 20, 40, 80, 160, 200, 200])
    expect(longest).toHaveLength(39)
    expect(Math.max(...longest)).toBe(200)
    expect(waits).toEqual(longest.map((ms) => ms / 2))
  })

  it('is given up in words that say what it was about', async () => {
    dynamo.on(PutItemCommand).rejects(failed)
    const closed = { breaker: { state: 'closed' }, result: null } as const

    await expect(ledger.updateBreaker('b1', () => closed, NOW)).rejects.toThrow('the breaker b1 is changed by too many')
    await expect(ledger.updateHolds('h1', () => ({ page: [], result: null }), NOW)).rejects.toThrow(
      'the holds of h1 is changed by too many',
    )
  })
})
