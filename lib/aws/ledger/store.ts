import { randomUUID } from 'node:crypto'
import {
  type AttributeValue,
  ConditionalCheckFailedException,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  type QueryCommandInput,
} from '@aws-sdk/client-dynamodb'

/** The one table, and the client that reaches it. */
export type Store = { client: DynamoDBClient; tableName: string }

export type Item = Record<string, AttributeValue>
export type Key = { pk: AttributeValue.SMember; sk: AttributeValue.SMember }

export type Condition = { expression: string; names?: Record<string, string>; values?: Item }

export const isNew: Condition = { expression: 'attribute_not_exists(pk)' }

/** Optimistic lock: the item that is there is the one that this version was made from. */
export const follows = (version: number): Condition => ({
  expression: '#version = :before',
  names: { '#version': 'version' },
  values: { ':before': { N: String(version - 1) } },
})

/** The item as it is after every write that was answered; `undefined` when there is none. */
export const get = (store: Store, key: Key): Promise<Item | undefined> => read(store, key, true)

/** An item that is written once and never again, at half the price: only where it is not there yet is it read consistently. */
export const getWritten = async (store: Store, key: Key): Promise<Item | undefined> =>
  (await read(store, key, false)) ?? get(store, key)

const read = async ({ client, tableName }: Store, key: Key, consistent: boolean): Promise<Item | undefined> => {
  const { Item: item } = await client.send(
    new GetItemCommand({ TableName: tableName, Key: key, ConsistentRead: consistent }),
  )
  return item
}

/**
 * Writes the whole item if the condition holds, else changes nothing: `false`. When the SDK had to send the write twice,
 * the condition may have failed because of its own first sending; the writer's mark on the item tells.
 */
export const put = async (store: Store, item: Item & Key, condition: Condition): Promise<boolean> => {
  const writer = randomUUID()
  const command = new PutItemCommand({
    TableName: store.tableName,
    Item: { ...item, writer: { S: writer } },
    ConditionExpression: condition.expression,
    ExpressionAttributeNames: condition.names,
    ExpressionAttributeValues: condition.values,
  })
  try {
    await store.client.send(command)
    return true
  } catch (error) {
    if (!(error instanceof ConditionalCheckFailedException)) throw error
    if ((error.$metadata.attempts ?? 1) === 1) return false
    const there = await get(store, { pk: item.pk, sk: item.sk })
    return there?.['writer']?.S === writer
  }
}

/** Items that a query found, and where the next page begins, if there may be one. */
export type Page = { items: Item[]; next: Item | undefined }

/** What a query finds, page after page, for as long as the caller goes on. */
export async function* pages(
  { client, tableName }: Store,
  query: Omit<QueryCommandInput, 'TableName' | 'ExclusiveStartKey'>,
): AsyncGenerator<Page> {
  let from: Item | undefined
  do {
    const page = await client.send(new QueryCommand({ ...query, TableName: tableName, ExclusiveStartKey: from }))
    from = page.LastEvaluatedKey
    yield { items: page.Items ?? [], next: from }
  } while (from !== undefined)
}
