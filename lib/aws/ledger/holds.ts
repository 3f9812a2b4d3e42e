import * as z from 'zod'
import { emptyPage, type HoldPage } from '../../domain/hold-page.ts'
import { bodyOf, UnreadableItem } from './body.ts'
import { expiresAt, KEPT_MS } from './expiry.ts'
import { holdsKey } from './keys.ts'
import { packedIds, unpackedIds } from './packed-ids.ts'
import { changeShared } from './shared.ts'
import type { Item, Store } from './store.ts'

/** The holds of a page without their nodes, whose ids stand packed beside them, in the order of the holds. */
const HoldsBody = z.array(
  z.object({ operationId: z.string(), batchId: z.string(), takenAt: z.number(), nodes: z.int().min(0) }),
)

const itemOf = (page: HoldPage, now: number): Item => ({
  ...expiresAt(now + KEPT_MS),
  ...packedIds(page.flatMap(({ nodeIds }) => nodeIds)),
  body: {
    S: JSON.stringify(
      page.map(({ nodeIds, ...hold }) => ({ ...hold, nodes: nodeIds.length })) satisfies z.infer<typeof HoldsBody>,
    ),
  },
})

const pageOf = (item: Item): HoldPage => {
  const ids = unpackedIds(item)
  let at = 0
  const page = bodyOf(HoldsBody, item).map(({ nodes, ...hold }) => ({ ...hold, nodeIds: ids.slice(at, (at += nodes)) }))
  if (at !== ids.length) throw new UnreadableItem(item, `has ${ids.length} nodes and holds of ${at}`)
  return page
}

/** Changes a page of holds in one step. Throws Unavailable when others were always faster, UnreadableItem. */
export const updateHolds = <T>(
  store: Store,
  name: string,
  change: (page: HoldPage) => { page: HoldPage; result: T },
  now: number,
): Promise<T> =>
  changeShared(
    store,
    {
      key: holdsKey(name),
      name: `the holds of ${name}`,
      first: emptyPage,
      read: pageOf,
      write: (page) => itemOf(page, now),
    },
    (before) => {
      const { page, result } = change(before)
      return { state: page, result }
    },
  )
