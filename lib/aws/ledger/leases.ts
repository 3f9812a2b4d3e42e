import { ConditionalCheckFailedException, UpdateItemCommand } from '@aws-sdk/client-dynamodb'
import { expiresAt } from './expiry.ts'
import { leaseKey } from './keys.ts'
import { get, put, type Store } from './store.ts'

export const acquire = (store: Store, name: string, holder: string, now: number, until: number): Promise<boolean> =>
  put(
    store,
    { ...leaseKey(name), ...expiresAt(until), holder: { S: holder }, heldUntil: { N: String(until) } },
    {
      expression: 'attribute_not_exists(pk) OR heldUntil <= :now OR holder = :holder',
      values: { ':now': { N: String(now) }, ':holder': { S: holder } },
    },
  )

export const readHeldUntil = async (store: Store, name: string): Promise<number> =>
  Number((await get(store, leaseKey(name)))?.['heldUntil']?.N ?? 0)

/** Gives a name back. The item stays, its time over: no function needs the right to delete. */
export const release = async ({ client, tableName }: Store, name: string, holder: string): Promise<void> => {
  const command = new UpdateItemCommand({
    TableName: tableName,
    Key: leaseKey(name),
    UpdateExpression: 'SET heldUntil = :over',
    ConditionExpression: 'holder = :holder',
    ExpressionAttributeValues: { ':over': { N: '0' }, ':holder': { S: holder } },
  })
  try {
    await client.send(command)
  } catch (error) {
    // Somebody else holds it by now, or nobody ever did.
    if (!(error instanceof ConditionalCheckFailedException)) throw error
  }
}
