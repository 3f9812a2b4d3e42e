import { randomUUID } from 'node:crypto'
import {
  ConditionalCheckFailedException,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
} from '@aws-sdk/client-dynamodb'
import { mockClient } from 'aws-sdk-client-mock'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { createLedger } from '../../../lib/aws/ledger.ts'
import { awsMatchers } from '../../helpers/aws-matchers.ts'
import { startTable } from '../../helpers/table.ts'
import { NOW } from './entities.ts'

expect.extend(awsMatchers)

let table: Awaited<ReturnType<typeof startTable>>
const ledger = () => createLedger(table)
const holderOf = (operationId: string, batch = '0001') => ({ operationId, batchId: `${operationId}.${batch}` })
const [a, b, c] = [holderOf('op-a'), holderOf('op-b'), holderOf('op-c')]

beforeAll(async () => {
  table = await startTable()
})
afterAll(() => table.close())

it('of ten operations that want a node, one gets it and all know which', async () => {
  const node = randomUUID()
  const ten = Array.from({ length: 10 }, (_, i) => holderOf(`op-${i}`))

  const holders = await Promise.all(ten.map((mine) => ledger().hold('otc-ecs', node, mine, null, NOW)))

  expect(new Set(holders.map(({ operationId }) => operationId)).size).toBe(1)
})

it('a node stays held, and may be taken again by its own operation', async () => {
  const node = randomUUID()
  await ledger().hold('otc-ecs', node, a, null, NOW)

  expect(await ledger().hold('otc-ecs', node, b, null, NOW)).toEqual(a)
  expect(await ledger().hold('otc-ecs', node, holderOf('op-a', '0001.2'), null, NOW)).toEqual(
    holderOf('op-a', '0001.2'),
  )
  expect(await ledger().hold('otc-ecs', node, b, a, NOW)).toEqual(holderOf('op-a', '0001.2'))
})

it('a hold that is over is taken over by one of those who want it', async () => {
  const node = randomUUID()
  await ledger().hold('otc-ecs', node, a, null, NOW)

  const holders = await Promise.all([b, c].map((mine) => ledger().hold('otc-ecs', node, mine, a, NOW)))

  expect(holders[0]).toEqual(holders[1])
  expect([b, c]).toContainEqual(holders[0])
})

it('the same id at another provider is another node', async () => {
  const node = randomUUID()
  await ledger().hold('otc-ecs', node, a, null, NOW)

  expect(await ledger().hold('huaweicloud-ecs', node, b, null, NOW)).toEqual(b)
})

it('who holds it is read from the refusal where the store says so, without another call', async () => {
  const client = new DynamoDBClient({ region: 'eu-de' })
  const mock = mockClient(client)
  const Item = { operationId: { S: 'op-a' }, batchId: { S: 'op-a.0001' } }
  mock.on(PutItemCommand).rejects(new ConditionalCheckFailedException({ message: 'no', $metadata: {}, Item }))

  const holder = await createLedger({ client, tableName: 'table' }).hold('otc-ecs', 'node', b, null, NOW)

  expect(holder).toEqual(a)
  expect(mock).not.toHaveReceivedCommand(GetItemCommand)
})

it('a hold that cannot be read is nobody’s to take', async () => {
  const client = new DynamoDBClient({ region: 'eu-de' })
  const mock = mockClient(client)
  const Item = { operationId: { S: 'op-a' } }
  mock.on(PutItemCommand).rejects(new ConditionalCheckFailedException({ message: 'no', $metadata: {}, Item }))

  const holding = createLedger({ client, tableName: 'table' }).hold('otc-ecs', 'node', b, null, NOW)

  await expect(holding).rejects.toThrow('NODE#otc-ecs node HOLD: does not say who holds it')
})
