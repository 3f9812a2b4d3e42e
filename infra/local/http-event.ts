import { randomUUID } from 'node:crypto'
import * as z from 'zod'
import type { Place } from './resource-types.ts'

/** A request as it came over the wire, its body read. */
export type HttpRequest = {
  method: string
  /** Path and query, as sent. */
  target: string
  headers: Record<string, string | string[] | undefined>
  body: Buffer
  sourceIp: string
}

type Routed = { key: string; parameters: Record<string, string> }

const oneValue = (value: string | string[]) => (Array.isArray(value) ? value.join(',') : value)

/** HTTP APIs pass these as text and everything else, also a body without a content type, as base64. */
const isText = (contentType: string | undefined, contentEncoding: string | undefined) =>
  contentEncoding === undefined &&
  /^(text\/|application\/(json|javascript|xml)\b|application\/[^;]+\+(json|xml)\b)/i.test(contentType ?? '')

const queryOf = (query: string) => {
  const parameters = new URLSearchParams(query)
  return Object.fromEntries([...new Set(parameters.keys())].map((name) => [name, parameters.getAll(name).join(',')]))
}

/** An HTTP request as Lambda gets it from an HTTP API, payload format 2.0, called by an IAM user of the local account. */
export const httpEvent = ({ method, target, headers, body, sourceIp }: HttpRequest, route: Routed, place: Place) => {
  const [rawPath = '/', query = ''] = target.split(/\?(.*)/s)
  const { cookie, ...others } = headers
  const lowerCase = Object.fromEntries(
    Object.entries(others).flatMap(([name, value]) =>
      value === undefined ? [] : [[name.toLowerCase(), oneValue(value)]],
    ),
  ) as Record<string, string>
  const text = isText(lowerCase['content-type'], lowerCase['content-encoding'])
  const now = new Date()

  return {
    version: '2.0',
    routeKey: route.key,
    rawPath,
    rawQueryString: query,
    ...(cookie === undefined ? {} : { cookies: oneValue(cookie).split(/;\s*/) }),
    headers: lowerCase,
    ...(query === '' ? {} : { queryStringParameters: queryOf(query) }),
    ...(Object.keys(route.parameters).length === 0 ? {} : { pathParameters: route.parameters }),
    requestContext: {
      accountId: place.account,
      apiId: 'local',
      authorizer: {
        iam: {
          accessKey: 'LOCAL',
          accountId: place.account,
          callerId: 'LOCAL',
          cognitoIdentity: null,
          principalOrgId: null,
          userArn: `arn:aws:iam::${place.account}:user/local`,
          userId: 'LOCAL',
        },
      },
      domainName: lowerCase['host'] ?? 'localhost',
      domainPrefix: 'local',
      http: { method, path: rawPath, protocol: 'HTTP/1.1', sourceIp, userAgent: lowerCase['user-agent'] ?? '' },
      requestId: randomUUID(),
      routeKey: route.key,
      stage: '$default',
      time: now.toISOString(),
      timeEpoch: now.getTime(),
    },
    ...(body.length === 0 ? {} : { body: body.toString(text ? 'utf8' : 'base64') }),
    isBase64Encoded: body.length > 0 && !text,
  }
}

export type HttpReply = { status: number; headers: Record<string, string | string[]>; body: string | Buffer }

const responseSchema = z.looseObject({
  statusCode: z.number().int().min(200).max(599),
  headers: z.record(z.string(), z.coerce.string()).default({}),
  cookies: z.array(z.string()).default([]),
  body: z.string().default(''),
  isBase64Encoded: z.boolean().default(false),
})

/**
 * What an HTTP API makes of a function's answer, given as JSON text: the response that it describes, or, without a
 * `statusCode`, the answer itself as JSON. Undefined for a response that cannot be read.
 */
export const httpReply = (payload: string): HttpReply | undefined => {
  const answer = JSON.parse(payload) as unknown
  if (typeof answer !== 'object' || answer === null || !('statusCode' in answer)) {
    return { status: 200, headers: { 'content-type': 'application/json' }, body: payload }
  }
  const { data } = responseSchema.safeParse(answer)
  if (!data) return undefined
  const headers = Object.fromEntries(Object.entries(data.headers).map(([name, value]) => [name.toLowerCase(), value]))
  return {
    status: data.statusCode,
    headers: {
      'content-type': 'text/plain; charset=utf-8',
      ...headers,
      ...(data.cookies.length === 0 ? {} : { 'set-cookie': data.cookies }),
    },
    body: data.isBase64Encoded ? Buffer.from(data.body, 'base64') : data.body,
  }
}

/** An RFC 9457 answer of the gateway itself. */
export const problem = (status: number, title: string, detail: string): HttpReply => ({
  status,
  headers: { 'content-type': 'application/problem+json' },
  body: JSON.stringify({ type: 'about:blank', title, status, detail }),
})
