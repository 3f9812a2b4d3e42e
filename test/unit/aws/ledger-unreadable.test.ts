import { UpdateItemCommand } from '@aws-sdk/client-dynamodb'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createLedger } from '../../../lib/aws/ledger.ts'
import { InvalidRequest } from '../../../lib/domain/problem.ts'
import { startTable } from '../../helpers/table.ts'
import { anOperation } from './entities.ts'

let table: Awaited<ReturnType<typeof startTable>>
const ledger = () => createLedger(table)

beforeAll(async () => {
  table = await startTable()
})
afterAll(() => table.close())

describe('an item that cannot be read', () => {
  const spoil = (operationId: string, body: string) =>
    table.client.send(
      new UpdateItemCommand({
        TableName: table.tableName,
        Key: { pk: { S: `OP#${operationId}` }, sk: { S: 'OP' } },
        UpdateExpression: 'SET body = :body',
        ExpressionAttributeValues: { ':body': { S: body } },
      }),
    )

  it.each([
    ['{', 'its body is not JSON'],
    ['{}', 'provider Invalid input'],
    ['{}', /^[^;]*(; [^;]*){2}$/],
    [JSON.stringify({ ...anOperation(), status: 'PAUSED' }), 'status'],
  ])('is an error that names it: %s', async (body, reason) => {
    const operation = anOperation()
    await ledger().createOperation(operation)
    await spoil(operation.operationId, body)

    const reading = ledger().operation(operation.operationId)

    await expect(reading).rejects.toThrow(`OP#${operation.operationId} OP: `)
    await expect(reading).rejects.toThrow(reason)
  })

  it('is one without a body, too', async () => {
    const operation = anOperation()
    await ledger().createOperation(operation)
    const Key = { pk: { S: `OP#${operation.operationId}` }, sk: { S: 'OP' } }
    await table.client.send(new UpdateItemCommand({ TableName: table.tableName, Key, UpdateExpression: 'REMOVE body' }))

    await expect(ledger().operation(operation.operationId)).rejects.toMatchObject({
      name: 'UnreadableItem',
      message: `OP#${operation.operationId} OP: has no body`,
    })
  })

  it('keeps nothing from being found', async () => {
    const bad = anOperation({ dueAt: 5 })
    const good = anOperation({ dueAt: 6 })
    await Promise.all([bad, good].map((operation) => ledger().createOperation(operation)))
    await spoil(bad.operationId, '{')

    const agenda = await ledger().agenda(10)

    expect(agenda.map(({ operationId }) => operationId)).toEqual([bad.operationId, good.operationId])
  })
})

describe('a cursor', () => {
  const encoded = (text: string) => Buffer.from(text).toString('base64url')
  const place = '2020-11-21T10:00:00.000Z#op-1'

  it('of a list is taken', async () => {
    const cursor = encoded(`{"after":"${place}"}`)

    expect((await ledger().listOperations({ limit: 10, cursor })).nextCursor).toBeNull()
  })

  it.each([
    '',
    'x',
    'bnVsbA',
    '../..',
    encoded('{}'),
    encoded('{"after":"2026"}'),
    encoded(`{ "after": "${place}" }`),
    encoded(`{"after":"a${place}"}`),
    encoded(`{"after":"${place}/"}`),
    encoded(`{"after":"${place}","before":"${place}"}`),
  ])('that no list was answered with is bad input: "%s"', async (cursor) => {
    const listing = ledger().listOperations({ limit: 10, cursor })

    await expect(listing).rejects.toThrow(InvalidRequest)
    await expect(listing).rejects.toMatchObject({
      problems: [{ path: 'cursor', message: 'is not one that a list was answered with' }],
    })
  })
})
