import { cursorAfter, placeOf } from './cursor.ts'
import { pages, type Item, type Store } from './store.ts'

/** Items that are looked through for those a filter wants: at once, and how often for one answer. */
const PAGE = 200
const MOST_PAGES = 50

export type RecentQuery = { limit: number; cursor?: string | undefined }

const after = (cursor: string | undefined): { condition: string; values: Item } =>
  cursor === undefined
    ? { condition: '', values: {} }
    : { condition: ' AND recent < :after', values: { ':after': { S: placeOf(cursor) } } }

const queryOf = (shard: string, { limit, cursor }: RecentQuery, filter: Item) => {
  const start = after(cursor)
  const names = Object.keys(filter)
  const values = Object.fromEntries(Object.entries(filter).map(([name, value]) => [`:${name}`, value]))
  const common = {
    IndexName: 'recent',
    ScanIndexForward: false,
    KeyConditionExpression: `recentShard = :shard${start.condition}`,
    ExpressionAttributeValues: { ':shard': { S: shard }, ...start.values, ...values },
  }
  // One more than wanted tells whether there are more.
  if (names.length === 0) return { ...common, Limit: limit + 1 }
  return {
    ...common,
    FilterExpression: names.map((name) => `#${name} = :${name}`).join(' AND '),
    ExpressionAttributeNames: Object.fromEntries(names.map((name) => [`#${name}`, name])),
    Limit: PAGE,
  }
}

const recentOf = (item: Item | undefined): string | undefined => item?.['recent']?.S

/**
 * The items of one kind whose attributes are those of the filter, newest first. A page is shorter than `limit`, and its
 * cursor says that there may be more, when a filter matches few of very many.
 */
export const listRecent = async (
  store: Store,
  shard: string,
  query: RecentQuery,
  filter: Item,
): Promise<{ items: Item[]; nextCursor: string | null }> => {
  const found: Item[] = []
  let goOn: string | undefined
  let pagesLeft = MOST_PAGES
  for await (const { items, next } of pages(store, queryOf(shard, query, filter))) {
    found.push(...items)
    pagesLeft -= 1
    if (found.length > query.limit) goOn = recentOf(found[query.limit - 1])
    else if (pagesLeft === 0) goOn = recentOf(next)
    if (goOn !== undefined) break
  }
  return { items: found.slice(0, query.limit), nextCursor: goOn === undefined ? null : cursorAfter(goOn) }
}
