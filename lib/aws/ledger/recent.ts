import type { Operation } from '../../domain/operation.ts'
import type { Ledger, OperationQuery } from '../../domain/ports.ts'
import { bodyOf } from './body.ts'
import { cursorAfter, placeOf } from './cursor.ts'
import { operationBody } from './operation-body.ts'
import { RECENT_SHARD } from './recent-index.ts'
import { pages, type Item, type Store } from './store.ts'

/** Operations that are looked through for those a filter wants: at once, and how often for one answer. */
const PAGE = 200
const MOST_PAGES = 50

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

const queryOf = (query: OperationQuery) => {
  const start = after(query.cursor)
  const filter = filterOf(query)
  const names = Object.keys(filter.names)
  const common = {
    IndexName: 'recent',
    ScanIndexForward: false,
    KeyConditionExpression: `recentShard = :shard${start.condition}`,
    ExpressionAttributeValues: { ':shard': { S: RECENT_SHARD }, ...start.values, ...filter.values },
  }
  // One more than wanted tells whether there are more.
  if (names.length === 0) return { ...common, Limit: query.limit + 1 }
  return {
    ...common,
    FilterExpression: names.map((name) => `${name} = :${name.slice(1)}`).join(' AND '),
    ExpressionAttributeNames: filter.names,
    Limit: PAGE,
  }
}

const recentOf = (item: Item | undefined): string | undefined => item?.['recent']?.S

/**
 * Accepted operations, newest first. A page is shorter than `limit`, and its cursor says that there may be more, when a
 * filter matches few of very many.
 */
export const listOperations = async (store: Store, query: OperationQuery): ReturnType<Ledger['listOperations']> => {
  const found: Item[] = []
  let goOn: string | undefined
  let pagesLeft = MOST_PAGES
  for await (const { items, next } of pages(store, queryOf(query))) {
    found.push(...items)
    pagesLeft -= 1
    if (found.length > query.limit) goOn = recentOf(found[query.limit - 1])
    else if (pagesLeft === 0) goOn = recentOf(next)
    if (goOn !== undefined || pagesLeft === 0) break
  }
  return {
    items: found.slice(0, query.limit).map((item): Operation => bodyOf(operationBody, item)),
    nextCursor: goOn === undefined ? null : cursorAfter(goOn),
  }
}
