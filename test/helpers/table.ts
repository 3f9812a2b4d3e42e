import { CreateTableCommand, DynamoDBClient, GetItemCommand, type Projection } from '@aws-sdk/client-dynamodb'
import dynalite from 'dynalite'
import { listen, stop } from '../../infra/local/listen.ts'

const indexed = (name: string, hash: string, range: string, projection: Projection) => ({
  IndexName: name,
  KeySchema: [
    { AttributeName: hash, KeyType: 'HASH' as const },
    { AttributeName: range, KeyType: 'RANGE' as const },
  ],
  Projection: projection,
})

/** The ledger's table in memory, with its indexes. One serves many tests: let each take ids of its own. */
export const startTable = async (tableName = 'drover-test') => {
  const server = dynalite({ createTableMs: 0 })
  const endpoint = await listen(server)
  const client = new DynamoDBClient({
    endpoint,
    region: 'eu-de',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  })
  await client.send(
    new CreateTableCommand({
      TableName: tableName,
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: [
        { AttributeName: 'pk', AttributeType: 'S' },
        { AttributeName: 'sk', AttributeType: 'S' },
        { AttributeName: 'dueShard', AttributeType: 'S' },
        { AttributeName: 'due', AttributeType: 'N' },
        { AttributeName: 'recentShard', AttributeType: 'S' },
        { AttributeName: 'recent', AttributeType: 'S' },
      ],
      KeySchema: [
        { AttributeName: 'pk', KeyType: 'HASH' },
        { AttributeName: 'sk', KeyType: 'RANGE' },
      ],
      GlobalSecondaryIndexes: [
        indexed('due', 'dueShard', 'due', { ProjectionType: 'INCLUDE', NonKeyAttributes: ['provider'] }),
        indexed('recent', 'recentShard', 'recent', { ProjectionType: 'ALL' }),
      ],
    }),
  )
  return {
    client,
    tableName,
    endpoint,
    /** The item as it lies there; undefined when there is none. */
    stored: async (pk: string, sk: string) => {
      const Key = { pk: { S: pk }, sk: { S: sk } }
      return (await client.send(new GetItemCommand({ TableName: tableName, Key }))).Item
    },
    close: async () => {
      client.destroy()
      await stop(server)
    },
  }
}
