import { ingest } from '../../functions/ingest/ingest.ts'
import { operations } from '../../functions/operations/operations.ts'
import { Conflict, InvalidRequest, Refused, TooLarge } from '../../lib/domain/problem.ts'
import { hasEnded } from '../../lib/domain/operation.ts'
import { HttpRequest } from '../../lib/lambda/http-request.ts'
import type { HttpResponse } from '../../lib/lambda/http-response.ts'
import { problemResponse } from '../../lib/lambda/problem-response.ts'
import type { Ask, Asks, Clouds } from './asks.ts'
import type { Dice } from './dice.ts'
import type { Faults } from './faults.ts'
import type { Platform } from './platform.ts'
import type { Profile } from './profile.ts'
import { alarmOf } from './remediation.ts'
import type { Scheduler } from './scheduler.ts'
import type { Table } from './table.ts'
import type { Watch } from './watch.ts'

export type AskerNeeds = {
  scheduler: Scheduler
  dice: Dice
  profile: Profile
  platform: Platform
  table: Table
  asks: Asks
  watch: Watch
  faults: Faults
}

type End = { result: unknown } | { error: unknown } | null

/** An event whose function failed comes twice more, under its own id (infra/functions.ts). */
const MOST_TRIES = 3
const MINUTE_MS = 60_000
/** What a storm of alarms is about. */
const STORM_SERVERS = 20

/** Nobody gives up for a caller who waits for an answer. */
const OVER_HTTP = 'http'
/** Somebody looks after the letters so often, if there is any to be put back. */
const MOST_LOOKS = 4

const httpEvent = (routeKey: string, rest: Record<string, unknown>) => ({
  routeKey,
  requestContext: { http: { method: 'POST', path: '/' } },
  ...rest,
})

/** Everybody outside: who asks, asks again because no answer came, cancels, retries, and looks. */
export const createAskers = (needs: AskerNeeds) => {
  const { scheduler, dice, profile, platform, table, asks, watch, faults } = needs
  /** Keys under which one answer said that an operation was made. */
  const made = new Set<string>()
  /** Markers of what came as an event, for which nobody waits for an answer. */
  const events = new Set<string>()
  let toCome = 0
  const later = (inMs: number, act: () => void): void => {
    toCome += 1
    scheduler.after(inMs, () => {
      toCome -= 1
      act()
    })
  }

  const isFinal = (error: unknown): boolean =>
    [InvalidRequest, Refused, TooLarge, Conflict].some((kind) => error instanceof kind)

  /** What came back over HTTP: an answer, or the problem that it becomes. */
  const read = (end: End): void => {
    if (end === null) return
    const answer = 'result' in end ? (end.result as HttpResponse | undefined) : problemResponse(end.error)
    if (answer !== undefined) watch.leaves('http', 'an answer', answer.body)
  }

  /** Asks once, and again as long as no answer comes. */
  const insist = (event: unknown, id: string, mostTries: number, heard: (result: unknown) => void, tries = 1): void => {
    platform.call(
      'ingest',
      (deps) => ingest(event, id, deps),
      (end: End) => {
        if (id === OVER_HTTP) read(end)
        if (end !== null && 'result' in end) return heard(end.result)
        if (end !== null && isFinal(end.error)) return
        if (tries < mostTries) later(dice.between(500, 5_000), () => insist(event, id, mostTries, heard, tries + 1))
        else if (id !== OVER_HTTP) {
          platform.giveUp(event, id)
          operate()
        }
      },
    )
  }

  const call = (routeKey: string, operationId: string, heard: (response: HttpResponse) => void = () => {}): void =>
    callWith(routeKey, { pathParameters: { operationId } }, (response) => response !== null && heard(response))

  /** `ended` hears the answer, or null when there is none. */
  const callWith = (
    routeKey: string,
    rest: Record<string, unknown>,
    ended: (response: HttpResponse | null) => void,
  ): void => {
    const http = HttpRequest.parse(httpEvent(routeKey, rest))
    platform.call(
      'operations',
      (deps) => operations(http, { ...deps, rules: () => Promise.resolve(deps.rules) }),
      (end: End) => {
        read(end)
        ended(end !== null && 'result' in end ? (end.result as HttpResponse) : null)
      },
    )
  }

  let looksLeft = 0
  let looking = false
  /** Puts back what was given up, page by page, and looks again some time later: much of it may be refused for now. */
  const operate = (): void => {
    looksLeft = MOST_LOOKS
    if (!looking) later(dice.between(1, 10) * MINUTE_MS, () => putBack(null))
    looking = true
  }
  const putBack = (cursor: string | null): void => {
    const query = { queryStringParameters: { limit: '5', ...(cursor === null ? {} : { cursor }) } }
    callWith('POST /v1/dead-letters/redrive', query, (response) => {
      const next = response === null ? null : (JSON.parse(response.body) as { nextCursor: string | null }).nextCursor
      if (next !== null) return putBack(next)
      looksLeft -= 1
      looking = looksLeft > 0
      if (looking) later(5 * MINUTE_MS, () => putBack(null))
    })
  }

  const answered = (key: string | null, result: unknown): void => {
    const { statusCode, body } = result as HttpResponse
    const { operationId } = JSON.parse(body) as { operationId: string }
    const operation = table.operation(operationId)
    if (operation === undefined || operation.status === 'PLANNING')
      watch.violate('S2', operationId, `answered ${statusCode} for an operation that is not accepted`)
    if (statusCode === 202 && key !== null && made.has(key))
      watch.violate('S1', operationId, `two answers of 202 under ${key}`)
    if (statusCode === 202 && key !== null) made.add(key)
    follow(operationId)
  }

  /** What people do with an operation that they know of. */
  const follow = (operationId: string): void => {
    if (dice.chance(profile.cancelled))
      later(dice.below(MINUTE_MS), () => call('POST /v1/operations/{operationId}/cancel', operationId))
    if (dice.chance(0.05)) later(dice.below(MINUTE_MS), () => look(operationId))
    if (dice.chance(profile.retried)) retryOnceEnded(operationId, 60)
  }

  const look = (operationId: string): void =>
    call('GET /v1/operations/{operationId}', operationId, ({ body }) => {
      const { counts } = JSON.parse(body) as { counts: Record<string, number> }
      const { total = 0, ...outcomes } = counts
      const sum = Object.values(outcomes).reduce((a, b) => a + b, 0)
      if (sum !== total) watch.violate('S2', operationId, `shown with counts that are not the whole: ${body}`)
    })

  const retryOnceEnded = (operationId: string, looks: number): void => {
    later(MINUTE_MS, () => {
      const operation = table.operation(operationId)
      if (operation !== undefined && !hasEnded(operation)) {
        if (looks > 0) retryOnceEnded(operationId, looks - 1)
        return
      }
      for (let i = dice.between(1, 2); i > 0; i -= 1)
        call('POST /v1/operations/{operationId}/retry', operationId, ({ body }) => {
          answered(null, { statusCode: 200, body })
        })
    })
  }

  const overHttp = (ask: Ask): void => {
    const key = dice.chance(profile.withoutKey) ? null : `key-${ask.marker}`
    const notAfter = new Date(scheduler.now() + dice.between(1_000, 5 * MINUTE_MS)).toISOString()
    const body = dice.chance(profile.notAfter) ? { ...ask.body, notAfter } : ask.body
    const event = (said: Record<string, unknown>) =>
      httpEvent('POST /v1/operations', {
        body: JSON.stringify(said),
        headers: key === null ? {} : { 'idempotency-key': key },
      })
    insist(event(body), OVER_HTTP, key === null ? 1 : MOST_TRIES, (result) => answered(key, result))
    if (key === null || !dice.chance(profile.askedAgain)) return
    for (let i = dice.between(1, 3); i > 0; i -= 1) {
      const inMs = dice.below(dice.chance(0.5) ? 30 : MINUTE_MS)
      later(inMs, () => insist(event(body), OVER_HTTP, MOST_TRIES, (result) => answered(key, result)))
    }
    const other = event({ ...body, nodeIds: ask.nodeIds.slice(0, -1) })
    const isTaken = () => ask.nodeIds.length > 1 && made.has(key)
    const taken = () => watch.violate('S1', key, 'one key, two requests, and both were answered')
    later(MINUTE_MS, () => isTaken() && insist(other, OVER_HTTP, 1, taken))
  }

  const byEvent = (ask: Ask): void => {
    events.add(ask.marker)
    const id = `event-${ask.marker}`
    const event = { id, 'detail-type': 'Node Operation Requested', source: 'tests', detail: ask.body }
    for (let i = dice.chance(profile.askedAgain) ? 2 : 1; i > 0; i -= 1)
      insist(event, `e-${ask.marker}-${i}`, MOST_TRIES, () => {})
  }

  const bySchedule = (ask: Ask): void => {
    events.add(ask.marker)
    insist(ask.body, `s-${ask.marker}`, MOST_TRIES, () => {})
  }

  const byAlarm = (ask: Ask, many = 3, withinMs = 5_000): void => {
    const { projectId = '' } = ask.target
    for (let i = 0; i < many; i += 1) {
      const event = alarmOf(`alarm-${ask.marker}-${i}`, ask.marker, projectId, ask.nodeIds[0] ?? '', scheduler.now())
      later(dice.below(withinMs), () => insist(event, `a-${ask.marker}-${i}`, MOST_TRIES, () => {}))
    }
  }

  const storm = (): void => {
    faults('alarm storm')
    for (let servers = 0; servers < STORM_SERVERS;) {
      const one = asks.next('otc-ecs')
      if (one.action !== 'restart') continue
      servers += 1
      byAlarm(one, profile.alarmStorm / STORM_SERVERS, 1_000)
    }
  }

  const ask = (only: keyof Clouds | undefined): void => {
    const one = asks.next(only)
    const trigger = only === undefined ? dice.below(10) : 0
    if (trigger < 6) overHttp(one)
    else if (trigger < 8) byEvent(one)
    else if (trigger === 8 && one.provider === 'otc-ecs' && one.action === 'restart') byAlarm(one)
    else bySchedule(one)
  }

  return {
    /** So many requests, one after the other; `only` those over HTTP for one provider. */
    begin: (count: number, only?: keyof Clouds): void => {
      let inMs = 0
      for (let i = 0; i < count; i += 1) {
        inMs += -Math.log(1 - dice.random()) * profile.arrivalMs
        later(inMs, () => ask(only))
      }
      if (profile.alarmStorm > 0) later(dice.below(MINUTE_MS), storm)
    },
    events,
    isQuiet: () => toCome === 0,
  }
}
