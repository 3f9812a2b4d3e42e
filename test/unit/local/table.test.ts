import { CreateTableCommand, DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { startTables } from '../../../infra/local/table.ts'

const place = { region: 'eu-central-1', account: '000000000000', stackName: 'drover-test', queueUrl: () => '' }

const started = async () => {
  const tables = await startTables({ place })
  const client = new DynamoDBClient({
    endpoint: tables.url,
    region: place.region,
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    maxAttempts: 1,
  })
  await client.send(
    new CreateTableCommand({
      TableName: 'things',
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
      KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
    }),
  )
  return { tables, client }
}

test('tables that are stopped finish the calls they are at, though nobody waits for the answers', async () => {
  const { tables, client } = await started()
  const failures: unknown[] = []
  const note = (error: unknown) => void failures.push(error)
  process.on('uncaughtException', note)

  const writes = Array.from({ length: 40 }, (_, i) =>
    client.send(new PutItemCommand({ TableName: 'things', Item: { id: { S: String(i) } } })),
  )
  const settled = Promise.allSettled(writes)
  // Once the first is through, others are half way.
  await writes[0]
  client.destroy()
  await tables.close()
  await settled
  // What goes wrong does so a moment after.
  await sleep(20)

  process.off('uncaughtException', note)
  expect(failures).toEqual([])
})
