import * as z from 'zod'
import { InvalidRequest } from '../../lib/domain/problem.ts'
import { zodProblems } from '../../lib/domain/problems.ts'
import type { HttpRequest } from '../../lib/lambda/http-request.ts'

/** Page size and place of a list, as every list takes them. */
export const page = (most: number) => ({
  limit: z.coerce.number().int().min(1).max(most).default(Math.min(100, most)),
  cursor: z.string().min(1).max(1_000).optional(),
})

/** The query parameters of a list. Throws InvalidRequest with every problem, unknown parameters included. */
export const parseQuery = <T extends z.ZodType>(schema: T, { query }: Pick<HttpRequest, 'query'>): z.infer<T> => {
  const parsed = schema.safeParse(query)
  if (!parsed.success) throw new InvalidRequest(zodProblems(parsed.error))
  return parsed.data
}
