import { ConditionalCheckFailedException, PutItemCommand } from '@aws-sdk/client-dynamodb'
import type { Holder } from '../../domain/hold.ts'
import { UnreadableItem } from './body.ts'
import { expiresAt, KEPT_MS } from './expiry.ts'
import { holdKey } from './keys.ts'
import { get, type Item, type Store } from './store.ts'

const FREE = 'attribute_not_exists(pk) OR operationId = :mine'

/**
 * Takes a node for `mine`, if nobody holds it, or an earlier batch of the same operation, or `over`; answers who holds
 * it then. Taken twice it is the same, so that it needs no mark of who wrote it. Throws UnreadableItem.
 */
export const hold = async (
  { client, tableName }: Store,
  provider: string,
  nodeId: string,
  mine: Holder,
  over: Holder | null,
  now: number,
): Promise<Holder> => {
  const key = holdKey(provider, nodeId)
  const command = new PutItemCommand({
    TableName: tableName,
    Item: { ...key, ...expiresAt(now + KEPT_MS), operationId: { S: mine.operationId }, batchId: { S: mine.batchId } },
    ConditionExpression: over === null ? FREE : `${FREE} OR batchId = :over`,
    ExpressionAttributeValues: {
      ':mine': { S: mine.operationId },
      ...(over === null ? {} : { ':over': { S: over.batchId } }),
    },
    ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
  })
  try {
    await client.send(command)
    return mine
  } catch (error) {
    if (!(error instanceof ConditionalCheckFailedException)) throw error
    // Not every emulator hands the item back.
    return holderIn({ ...key, ...(error.Item ?? (await get({ client, tableName }, key))) })
  }
}

const holderIn = (item: Item): Holder => {
  const operationId = item['operationId']?.S
  const batchId = item['batchId']?.S
  if (operationId === undefined || batchId === undefined) throw new UnreadableItem(item, 'does not say who holds it')
  return { operationId, batchId }
}
