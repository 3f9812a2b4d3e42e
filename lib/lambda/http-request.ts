import * as z from 'zod'
import { InvalidRequest, TooLarge } from '../domain/problem.ts'

const MAX_BODY_BYTES = 6 * 1024 * 1024

const Authorizer = z.object({
  iam: z.object({ userArn: z.string().optional() }).optional(),
  jwt: z.object({ claims: z.object({ sub: z.string().optional(), client_id: z.string().optional() }) }).optional(),
})

/** Who asks: a role or user of AWS, or the subject of a token; a token of a program may name its client only. */
const principalOf = ({ iam, jwt }: z.infer<typeof Authorizer>): string | null =>
  iam?.userArn ?? jwt?.claims.sub ?? jwt?.claims.client_id ?? null

/** A request as an HTTP API hands it to a function (payload format 2.0), as far as we read it. */
export type HttpRequest = z.infer<typeof HttpRequest>
export const HttpRequest = z
  .object({
    routeKey: z.string(),
    headers: z.record(z.string(), z.string()).default({}),
    queryStringParameters: z.record(z.string(), z.string()).default({}),
    pathParameters: z.record(z.string(), z.string()).default({}),
    body: z.string().optional(),
    isBase64Encoded: z.boolean().default(false),
    requestContext: z.object({
      http: z.object({ method: z.string(), path: z.string() }),
      authorizer: Authorizer.optional(),
    }),
  })
  .transform(({ queryStringParameters, pathParameters, requestContext, ...rest }) => ({
    ...rest,
    query: queryStringParameters,
    path: pathParameters,
    principal: principalOf(requestContext.authorizer ?? {}),
  }))

/**
 * The body as JSON.
 *
 * @throws InvalidRequest when it is not JSON
 * @throws TooLarge over 6 MB
 */
export const bodyOf = ({ body, isBase64Encoded }: Pick<HttpRequest, 'body' | 'isBase64Encoded'>): unknown => {
  const text = body !== undefined && isBase64Encoded ? Buffer.from(body, 'base64').toString('utf8') : (body ?? '')
  if (Buffer.byteLength(text) > MAX_BODY_BYTES) throw new TooLarge('the body is over 6 MB')
  try {
    return JSON.parse(text)
  } catch {
    throw new InvalidRequest([{ path: '', message: text === '' ? 'the body is empty' : 'the body is not JSON' }])
  }
}
