import type { MiddlewareObj } from '@middy/core'
import type { Log } from '../domain/log.ts'
import { problem, problemResponse } from './problem-response.ts'

/** Middleware of functions behind the HTTP API: an error becomes problem details, and its inside stays in the log. */
export const problemDetails = (log: Log): MiddlewareObj => ({
  onError: (request) => {
    // An event that did not come over HTTP has nobody to answer: the platform must see it fail.
    const overHttp = typeof request.event === 'object' && request.event !== null && 'routeKey' in request.event
    if (!overHttp) return
    const answer = problemResponse(request.error)
    if (answer === undefined) log.error('request failed', { error: request.error })
    request.response =
      answer ??
      problem(500, 'internal', 'Something went wrong', 'The request failed; nothing is known to be wrong with it.')
  },
})
