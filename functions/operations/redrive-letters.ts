import * as z from 'zod'
import type { Letter } from '../../lib/domain/letter.ts'
import { Refused } from '../../lib/domain/problem.ts'
import { mapLimit } from '../../lib/domain/map-limit.ts'
import type { IntakeDeps } from '../../lib/flow/intake/taken.ts'
import { redrive } from '../../lib/flow/redrive.ts'
import type { HttpRequest } from '../../lib/lambda/http-request.ts'
import { type HttpResponse, json } from '../../lib/lambda/http-response.ts'
import { problemResponse } from '../../lib/lambda/problem-response.ts'
import { page, parseQuery } from '../../lib/lambda/query.ts'
import type { OperationsDeps } from './deps.ts'
import { letterIdOf } from './letters.ts'
import { letterView } from './letter-view.ts'
import { noBody } from './no-body.ts'

/** Letters of one call: an event can be a request of 100,000 nodes, and an answer must come within half a minute. */
const MOST_LETTERS = 25
const AT_ONCE = 4
/** No further letter is begun after this, ms. */
const BEGIN_MS = 15_000
/** So many of those that are left are counted. */
const MOST_COUNTED = 1_000

const NO_TIME = 'there was no time left for it: call again'

const Query = z.strictObject(page(MOST_LETTERS))

/** Puts one letter back. Done again, it answers the same. */
export const redriveLetter = async (http: HttpRequest, deps: OperationsDeps): Promise<HttpResponse> => {
  parseQuery(z.strictObject({}), http)
  noBody(http, 'redrive')
  const letterId = letterIdOf(http)
  const letter = await redrive(letterId, http.principal, { ...deps, rules: await deps.rules() })
  return json(200, letterView(letter))
}

/**
 * Puts back a page of those that wait for it, newest first, and says how many are left after it. One that is refused again
 * is told with its reason, stays, and keeps no other one from its turn.
 */
export const redriveLetters = async (http: HttpRequest, deps: OperationsDeps): Promise<HttpResponse> => {
  const query = parseQuery(Query, http)
  noBody(http, 'redrive')
  const { items, nextCursor } = await deps.ledger.listLetters({ ...query, waiting: true })
  const intake = { ...deps, rules: await deps.rules() }
  const until = deps.clock.now() + BEGIN_MS
  const done = await mapLimit(items, AT_ONCE, (letter) => oneOfMany(letter, http.principal, until, intake))
  const rest =
    nextCursor === null
      ? []
      : (await deps.ledger.listLetters({ waiting: true, limit: MOST_COUNTED, cursor: nextCursor })).items
  const untried = done.filter(({ problem }) => problem === NO_TIME)
  return json(200, { items: done, left: untried.length + rest.length, nextCursor })
}

const oneOfMany = async (letter: Letter, by: string | null, until: number, deps: IntakeDeps) => {
  if (deps.clock.now() > until) return { ...letterView(letter), problem: NO_TIME }
  try {
    return { ...letterView(await redrive(letter.letterId, by, deps)), problem: null }
  } catch (error) {
    deps.log.warn('letter not put back', { letterId: letter.letterId, error })
    return { ...letterView(letter), problem: shownProblem(error) }
  }
}

/** What is not the caller's to see stays in the log. */
const shownProblem = (error: unknown): string => {
  if (!(error instanceof Error) || problemResponse(error) === undefined) return 'it failed, and may not the next time'
  const problems = error instanceof Refused ? error.problems.slice(0, 3) : []
  return [error.message, ...problems.map(({ path, message }) => `${path} ${message}`)].join('; ')
}
