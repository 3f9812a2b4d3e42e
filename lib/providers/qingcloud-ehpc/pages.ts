import type * as z from 'zod'

import type { Api } from '../../provider-kit/api.ts'
import { look, type NotSeen, type Seen } from './look.ts'
import type { Page } from './schema.ts'

/** A list gives at most 100 rows, whatever `limit` says, and 10 without it (request.md). */
export const PAGE_ROWS = 100
/** A bound for the work of one look (the quota is 2,000 calls an hour). */
const MAX_PAGES = 10

/** Rows of a list. `complete`: nothing that the caller would have wanted is missing. */
export type Rows<Row> = { rows: readonly Row[]; complete: boolean }

/** Reads a list page by page until it ends, or `enough` says that no later page matters. */
export const readPages = async <Row>(
  api: Api,
  path: string,
  query: Readonly<Record<string, string>>,
  schema: z.ZodType<Page<Row>>,
  enough: (rows: readonly Row[], skewMs: number) => boolean,
): Promise<Seen<Rows<Row>> | NotSeen> => {
  const rows: Row[] = []
  let skewMs = 0
  for (let page = 0; page < MAX_PAGES; page += 1) {
    const paging = { limit: String(PAGE_ROWS), ...(page === 0 ? {} : { offset: String(rows.length) }) }
    const seen = await look(api, path, { ...query, ...paging }, schema)
    if (seen.kind === 'failed') return seen

    rows.push(...seen.data.rows)
    skewMs = seen.skewMs
    if (isLast(seen.data, rows.length) || enough(rows, skewMs))
      return { kind: 'seen', data: { rows, complete: true }, skewMs }
    if (seen.data.rows.length === 0) break
  }
  return { kind: 'seen', data: { rows, complete: false }, skewMs }
}

const isLast = ({ rows, total }: Page<unknown>, read: number): boolean =>
  total === null ? rows.length < PAGE_ROWS : read >= total
