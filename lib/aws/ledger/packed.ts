import { deflateRawSync, inflateRawSync } from 'node:zlib'
import type { AttributeValue } from '@aws-sdk/client-dynamodb'
import { UnreadableItem } from './body.ts'
import type { Item } from './store.ts'

/** Below this many characters, deflating saves no write unit worth the work. */
const DEFLATED_FROM = 1_000

/** A text in as few bytes as possible: a write unit is 1 KB. */
export const packed = (text: string): { format: AttributeValue; packed: AttributeValue } =>
  text.length < DEFLATED_FROM
    ? { format: { S: 'text' }, packed: { S: text } }
    : { format: { S: 'deflate' }, packed: { B: deflateRawSync(text) } }

/** The text that `packed` packed into the item; throws UnreadableItem. */
export const unpacked = (item: Item): string => {
  const { format, packed: content } = item
  if (format?.S === 'text' && content?.S !== undefined) return content.S
  if (format?.S === 'deflate' && content?.B !== undefined) return inflateRawSync(content.B).toString()
  throw new UnreadableItem(item, `is in an unknown format: ${format?.S}`)
}
