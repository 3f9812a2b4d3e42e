import * as z from 'zod'
import { InvalidRequest } from '../../domain/problem.ts'

/** Where a list goes on: after the item that has this place in the index. */
const Cursor = z.strictObject({ after: z.string().regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z#[\w.-]{1,128}$/) })

export const cursorAfter = (recent: string): string =>
  Buffer.from(JSON.stringify({ after: recent } satisfies z.infer<typeof Cursor>)).toString('base64url')

/** The place that a cursor names; throws InvalidRequest for one that `cursorAfter` did not make. */
export const placeOf = (cursor: string): string => {
  const place = parse(Buffer.from(cursor, 'base64url').toString())
  if (place === undefined || cursorAfter(place) !== cursor) {
    throw new InvalidRequest([{ path: 'cursor', message: 'is not one that a list was answered with' }])
  }
  return place
}

const parse = (json: string): string | undefined => {
  try {
    return Cursor.safeParse(JSON.parse(json)).data?.after
  } catch {
    return undefined
  }
}
