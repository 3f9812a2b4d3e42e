import type { AttributeValue } from '@aws-sdk/client-dynamodb'

const DAY_MS = 86_400_000

/** Operations and all that is theirs are kept this long after they were made, accepted or not: its key stays its own. */
export const KEPT_MS = 90 * DAY_MS

/**
 * The operation itself outlives what is theirs: DynamoDB deletes in no order and up to days late, and a request that came again under
 * the key of an operation of which only the ended batches were left would count as done at once.
 */
export const OPERATION_KEPT_MS = KEPT_MS + 14 * DAY_MS

/** The attribute that DynamoDB's time to live goes by, in seconds; it may delete up to days later, never before. */
export const expiresAt = (ms: number): { expiresAt: AttributeValue.NMember } => ({
  expiresAt: { N: String(Math.ceil(ms / 1000)) },
})
