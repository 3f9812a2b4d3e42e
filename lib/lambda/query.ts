import * as z from 'zod'
import { InvalidRequest } from '../domain/problem.ts'
import { zodProblems } from '../domain/problems.ts'
import type { HttpRequest } from './http-request.ts'

/** Page size and place of a list, as every list takes them; a size above the largest is that. */
export const page = (most: number) => ({
  limit: z.coerce
    .number()
    .int()
    .min(1)
    .transform((limit) => Math.min(limit, most))
    .default(Math.min(100, most)),
  cursor: z.string().max(1_000).optional(),
})

/** The query parameters of a call; an empty one counts as absent. Throws InvalidRequest with every problem, unknown parameters included. */
export const parseQuery = <T extends z.ZodType>(schema: T, { query }: Pick<HttpRequest, 'query'>): z.infer<T> => {
  const given = Object.fromEntries(Object.entries(query).filter(([, value]) => value !== ''))
  const parsed = schema.safeParse(given)
  if (!parsed.success) throw new InvalidRequest(zodProblems(parsed.error))
  return parsed.data
}
