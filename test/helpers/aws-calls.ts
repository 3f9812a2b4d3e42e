import type { AwsExchange } from './hostile-aws.ts'

/** Of an operation or a batch that is written, what a fault can be aimed by. */
export type Row = {
  operationId?: string
  batchId?: string
  target?: { projectId?: string }
  state?: string
  status?: string
  sequence?: number
  published?: number
  endedAt?: number | null
}

type PutItem = { Item?: { sk?: { S?: string }; body?: { S?: string } } }

/** The operation or batch that this call writes; undefined when it is another call, or another item. */
export const rowOf = ({ action, text }: Pick<AwsExchange, 'action' | 'text'>): Row | undefined => {
  if (action !== 'PutItem') return undefined
  const { Item } = JSON.parse(text) as PutItem
  if (!/^(OP$|B#)/.test(Item?.sk?.S ?? '')) return undefined
  return JSON.parse(Item?.body?.S ?? '{}') as Row
}

export type Test = (exchange: AwsExchange) => boolean

/** A batch is written in this state. */
export const writesBatch =
  (state: string): Test =>
  (exchange) =>
    rowOf(exchange)?.state === state

/** A batch ends in this state, and that is not published yet. */
export const endsBatch =
  (state: string): Test =>
  (exchange) => {
    const row = rowOf(exchange)
    return row?.state === state && (row.published ?? 0) < (row.sequence ?? 0)
  }

/** It is written of a batch that its end was published. */
export const marksBatchEnd: Test = (exchange) => isMark(exchange) && rowOf(exchange)?.batchId !== undefined

/** It is written of an operation that its end was published. */
export const marksOperationEnd: Test = (exchange) => isMark(exchange) && rowOf(exchange)?.batchId === undefined

const isMark: Test = (exchange) => {
  const row = rowOf(exchange)
  return typeof row?.endedAt === 'number' && row.published === row.sequence
}

/** Messages are sent, or events published. */
export const sends: Test = ({ action }) => action === 'SendMessageBatch'
export const publishes: Test = ({ action }) => action === 'PutEvents'

/** An end is published. */
export const publishesEnd: Test = (exchange) =>
  publishes(exchange) && exchange.text.includes(String.raw`\"endedAt\":\"`)

/** The end of an operation is published, which alone says by what it was triggered. */
export const publishesOperationEnd: Test = (exchange) =>
  publishesEnd(exchange) && exchange.text.includes(String.raw`\"trigger\":`)

/** From the first call that `begins` is true of, every call for so many ms. */
export const during = (begins: Test, ms: number): Test => {
  let until: number | undefined
  return (exchange) => {
    if (until === undefined && begins(exchange)) until = Date.now() + ms
    return until !== undefined && Date.now() < until
  }
}

/** All calls that it is true of, but for the first. */
export const butFirst = (test: Test): Test => {
  let seen = 0
  return (exchange) => test(exchange) && seen++ > 0
}

/** The first `times` calls that it is true of. */
export const firstOf = (test: Test, times = 1): Test => {
  let left = times
  return (exchange) => left > 0 && test(exchange) && left-- > 0
}
