import { Conflict, InvalidRequest, NotFound, Refused, TooLarge, Unavailable } from '../domain/problem.ts'
import { type HttpResponse, json } from './http-response.ts'

const STATUS = [
  [InvalidRequest, 400, 'invalid-request', 'The request is not valid'],
  [NotFound, 404, 'not-found', 'There is no such thing'],
  [Conflict, 409, 'conflict', 'The request conflicts with what is there'],
  [TooLarge, 413, 'too-large', 'The request is too large'],
  [Refused, 422, 'refused', 'A rule forbids this'],
  [Unavailable, 503, 'unavailable', 'Not possible now'],
] as const

/** An error as RFC 9457 problem details; undefined for one that is not the caller's to see. */
export const problemResponse = (error: unknown): HttpResponse | undefined => {
  const row = STATUS.find(([kind]) => error instanceof kind)
  if (row === undefined || !(error instanceof Error)) return undefined
  const [, status, type, title] = row
  const listed = error instanceof InvalidRequest || error instanceof Refused
  return problem(status, type, title, error.message, listed ? { errors: error.problems, errorCount: error.total } : {})
}

export const problem = (
  status: number,
  type: string,
  title: string,
  detail: string,
  more: Record<string, unknown> = {},
): HttpResponse =>
  json(
    status,
    { type: `urn:drover:problem:${type}`, title, status, detail, ...more },
    { 'content-type': 'application/problem+json' },
  )
