import * as z from 'zod'
import { operationSummary } from '../../lib/domain/view.ts'
import type { Ledger } from '../../lib/domain/ports.ts'
import type { HttpRequest } from '../../lib/lambda/http-request.ts'
import { type HttpResponse, json } from '../../lib/lambda/http-response.ts'
import { page, parseQuery } from '../../lib/lambda/query.ts'

const statuses = [
  'PENDING_APPROVAL',
  'SCHEDULED',
  'RUNNING',
  'SUCCEEDED',
  'PARTIAL',
  'FAILED',
  'CANCELLED',
  'NEEDS_ATTENTION',
] as const

const Query = z.strictObject({
  status: z.enum(statuses).optional(),
  provider: z.string().max(64).optional(),
  ...page(100),
})

export const listOperations = async (http: HttpRequest, { ledger }: { ledger: Ledger }): Promise<HttpResponse> => {
  const { items, nextCursor } = await ledger.listOperations(parseQuery(Query, http))
  return json(200, { items: items.map(operationSummary), nextCursor })
}
