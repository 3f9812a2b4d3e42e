import * as z from 'zod'
import type { Bus } from './bus.ts'
import { problem, type HttpReply } from './http-event.ts'
import type { LocalCalls } from './http-api.ts'

const eventSchema = z.strictObject({
  bus: z.string().default('default'),
  id: z.string().min(1).exactOptional(),
  time: z.iso.datetime().exactOptional(),
  source: z.string().min(1),
  'detail-type': z.string().min(1),
  detail: z.record(z.string(), z.unknown()),
  resources: z.array(z.string()).exactOptional(),
  account: z.string().exactOptional(),
  region: z.string().exactOptional(),
  version: z.literal('0').exactOptional(),
})

const eventsSchema = z.union([eventSchema.transform((event) => [event]), z.array(eventSchema)])

const since = z.coerce.number().int().min(0).catch(0)
const limit = z.coerce.number().int().min(1).exactOptional()

const json = (status: number, value: unknown): HttpReply => ({
  status,
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(value),
})

const list = (bus: Bus, query: URLSearchParams) => {
  const all = bus.events(since.parse(query.get('since') ?? 0))
  const most = limit.safeParse(query.get('limit') ?? undefined).data ?? all.length
  const items = all.slice(0, most)
  return json(200, { items, nextCursor: items.length < all.length ? String(items.at(-1)?.sequence) : null })
}

const parse = (body: Buffer): unknown => {
  try {
    return JSON.parse(body.toString('utf8'))
  } catch {
    return undefined
  }
}

const put = (bus: Bus, body: Buffer) => {
  const events = eventsSchema.safeParse(parse(body))
  if (!events.success) return problem(400, 'Bad Request', 'Not an event: source, detail-type and detail are needed.')
  const stranger = events.data.find((event) => !bus.has(event.bus))
  if (stranger) return problem(400, 'Bad Request', `There is no bus ${stranger.bus}.`)
  return json(202, { ids: events.data.map(({ bus: name, ...event }) => bus.publish(name, event)) })
}

/**
 * `GET /local/events?since=<n>&limit=<n>`: what was published on the bus of Drover after the event with that sequence
 * number. `POST /local/events`: puts one event or a list on a bus, the default bus where none is named.
 */
export const localCalls =
  (bus: Bus): LocalCalls =>
  ({ method, target, body }) => {
    const { pathname, searchParams } = new URL(target, 'http://local')
    if (pathname !== '/local/events') return undefined
    if (method === 'GET') return list(bus, searchParams)
    if (method === 'POST') return put(bus, body)
    return undefined
  }
