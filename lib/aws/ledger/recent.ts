import type { Operation } from '../../domain/operation.ts'
import type { Ledger, OperationQuery } from '../../domain/ports.ts'
import { bodyOf } from './body.ts'
import { cursorAfter, placeOf } from './cursor.ts'
import { operationBody } from './operation-body.ts'
import { RECENT_SHARD } from './recent-index.ts'
import { pages, type Item, type Store } from './store.ts'

/** Operations looked through for those that a filter wants, per page and at most for one answer. */
const PAGE = 200
const MOST_LOOKED_THROUGH = 10_000

const after = (cursor: string | undefined): { condition: string; values: Item } =>
  cursor === undefined
    ? { condition: '', values: {} }
    : { condition: ' AND recent < :after', values: { ':after': { S: placeOf(cursor) } } }

const filterOf = ({ status, provider }: OperationQuery): { names: Record<string, string>; values: Item } => {
  const wanted = Object.entries({ status, provider }).filter((pair): pair is [string, string] => pair[1] !== undefined)
  return {
    names: Object.fromEntries(wanted.map(([name]) => [`#${name}`, name])),
    values: Object.fromEntries(wanted.map(([name, value]) => [`:${name}`, { S: value }])),
  }
}

/**
 * Accepted operations, newest first. A page can be shorter than `limit`, and its cursor say that there may be more, when a
 * filter matches few of very many.
 */
export const listOperations = async (store: Store, query: OperationQuery): ReturnType<Ledger['listOperations']> => {
  const { limit } = query
  const start = after(query.cursor)
  const filter = filterOf(query)
  const names = Object.keys(filter.names)
  const filtered = names.length > 0

  const items: Operation[] = []
  let last: string | undefined
  let lookedThrough = 0
  for await (const page of pages(store, {
    IndexName: 'recent',
    ScanIndexForward: false,
    KeyConditionExpression: `recentShard = :shard${start.condition}`,
    ExpressionAttributeValues: { ':shard': { S: RECENT_SHARD }, ...start.values, ...filter.values },
    ...(filtered && {
      FilterExpression: names.map((name) => `${name} = :${name.slice(1)}`).join(' AND '),
      ExpressionAttributeNames: filter.names,
    }),
    // One more than wanted tells whether there are more.
    Limit: filtered ? PAGE : limit + 1,
  })) {
    for (const item of page) {
      if (items.length === limit) return { items, nextCursor: last === undefined ? null : cursorAfter(last) }
      items.push(bodyOf(operationBody, item))
      last = item['recent']?.S
    }
    lookedThrough += PAGE
    if (lookedThrough >= MOST_LOOKED_THROUGH) break
  }
  return { items, nextCursor: null }
}
