import type { Item, Key } from './store.ts'

const key = (pk: string, sk: string): Key => ({ pk: { S: pk }, sk: { S: sk } })

/** An operation and everything of it are one partition, so that one query reads all its batches. */
export const operationPartition = (operationId: string): string => `OP#${operationId}`

export const OPERATION_SORT = 'OP'
export const BATCH_PREFIX = 'B#'

export const operationKey = (operationId: string): Key => key(operationPartition(operationId), OPERATION_SORT)

export const batchKey = (operationId: string, batchId: string): Key =>
  key(operationPartition(operationId), `${BATCH_PREFIX}${batchId}`)

export const nodesKey = (operationId: string, batchId: string): Key =>
  key(operationPartition(operationId), `N#${batchId}`)

export const resultsKey = (operationId: string, batchId: string): Key =>
  key(operationPartition(operationId), `R#${batchId}`)

export const rateKey = (scope: string): Key => key(`RATE#${scope}`, 'RATE')

export const breakerKey = (name: string): Key => key(`BREAKER#${name}`, 'BREAKER')

export const leaseKey = (name: string): Key => key(`LEASE#${name}`, 'LEASE')

export const holdsKey = (page: string): Key => key(`HOLDS#${page}`, 'HOLDS')

export const letterKey = (letterId: string): Key => key(`LETTER#${letterId}`, 'LETTER')

export const letterBodyKey = (letterId: string): Key => key(`LETTER#${letterId}`, 'BODY')

/** Which operation or batch an item is, by its key. */
export const openOf = ({ pk, sk }: Item): { operationId: string; batchId: string | null } => {
  const sort = String(sk?.S)
  return {
    operationId: String(pk?.S).slice(operationPartition('').length),
    batchId: sort === OPERATION_SORT ? null : sort.slice(BATCH_PREFIX.length),
  }
}

/** How an item is named in a message. */
export const nameOf = (item: Item): string => `${item['pk']?.S} ${item['sk']?.S}`
