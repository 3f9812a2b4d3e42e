import { createServer } from 'node:http'
import * as z from 'zod'
import type { Bus } from './bus.ts'
import { listen, stop } from './listen.ts'
import { readBody } from './read-body.ts'

const entrySchema = z.object({
  Source: z.string().min(1),
  DetailType: z.string().min(1),
  Detail: z.string(),
  EventBusName: z.string().default('default'),
  Resources: z.array(z.string()).default([]),
  Time: z.number().optional(),
})

type Entry = z.output<typeof entrySchema>

const requestSchema = z.object({ Entries: z.array(z.unknown()).min(1).max(10) })

const detailSchema = z.record(z.string(), z.unknown())

/** EventBridge user guide, "Calculating event entry size": the time counts 14 bytes, every text its UTF-8 bytes. */
const sizeOf = ({ Source, DetailType, Detail, Resources, Time }: Entry) =>
  (Time === undefined ? 0 : 14) +
  [Source, DetailType, Detail, ...Resources].reduce((sum, text) => sum + Buffer.byteLength(text), 0)

class CallError extends Error {
  override name = 'CallError'
  readonly type: string

  constructor(type: string, message: string) {
    super(message)
    this.type = type
  }
}

const refused = (ErrorCode: string, ErrorMessage: string) => ({ ErrorCode, ErrorMessage })

const parseDetail = (text: string) => {
  try {
    return detailSchema.safeParse(JSON.parse(text)).data
  } catch {
    return undefined
  }
}

const busNameOf = (nameOrArn: string) => nameOrArn.replace(/^arn:.*:event-bus\//, '')

const put = (bus: Bus, entry: Entry) => {
  const name = busNameOf(entry.EventBusName)
  if (!bus.has(name)) return refused('ResourceNotFoundException', `Event bus ${name} does not exist.`)
  if (entry.Source.startsWith('aws.'))
    return refused('NotAuthorizedForSourceException', 'Not authorized for the source.')
  const detail = parseDetail(entry.Detail)
  if (!detail) return refused('MalformedDetail', 'Detail is malformed.')
  const EventId = bus.publish(name, {
    source: entry.Source,
    'detail-type': entry.DetailType,
    detail,
    resources: entry.Resources,
    ...(entry.Time === undefined ? {} : { time: new Date(entry.Time * 1000).toISOString().replace(/\.\d+/, '') }),
  })
  return { EventId }
}

/** What PutEvents does: entries fail one by one inside an answer that succeeds; too many or too much fails as a whole. */
export const putEvents = (bus: Bus, body: unknown, sizeLimit: number) => {
  const request = requestSchema.safeParse(body)
  if (!request.success) throw new CallError('ValidationException', 'Entries must be a list of 1 to 10')
  const entries = request.data.Entries.map((entry) => entrySchema.safeParse(entry))
  const size = entries.reduce((sum, { data }) => sum + (data ? sizeOf(data) : 0), 0)
  if (size > sizeLimit) {
    throw new CallError('ValidationException', 'Total size of the entries in the request is over the limit.')
  }
  const Entries = entries.map(({ data }) =>
    data ? put(bus, data) : refused('InvalidArgument', 'Parameter Source, DetailType or Detail is not valid.'),
  )
  return { FailedEntryCount: Entries.filter((entry) => 'ErrorCode' in entry).length, Entries }
}

const megabyte = 1024 * 1024

/** Serves PutEvents. `sizeLimit` is for all entries of a call, in bytes (1 MiB; 256 KiB tries the older limit). */
export const startBusApi = async (bus: Bus, { sizeLimit = megabyte } = {}) => {
  const answer = (target: string | undefined, body: Buffer | undefined) => {
    if (target !== 'AWSEvents.PutEvents') throw new CallError('UnknownOperationException', `no operation ${target}`)
    if (!body) throw new CallError('ValidationException', 'the request is too large')
    return putEvents(bus, JSON.parse(body.toString('utf8')) as unknown, sizeLimit)
  }
  const server = createServer((request, response) => {
    const reply = (status: number, value: unknown) => {
      response.writeHead(status, { 'content-type': 'application/x-amz-json-1.1' }).end(JSON.stringify(value))
    }
    readBody(request, 16 * megabyte)
      .then((body) => reply(200, answer(request.headers['x-amz-target'] as string | undefined, body)))
      .catch((error: unknown) =>
        reply(400, {
          __type: error instanceof CallError ? error.type : 'SerializationException',
          message: String(error),
        }),
      )
  })
  return { url: await listen(server), close: () => stop(server) }
}
