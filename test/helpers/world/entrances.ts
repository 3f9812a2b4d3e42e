import middy from '@middy/core'
import { expect } from 'vitest'
import { ingest } from '../../../functions/ingest/ingest.ts'
import { operations } from '../../../functions/operations/operations.ts'
import type { NodeOutcome } from '../../../lib/domain/outcome.ts'
import type { operationView } from '../../../lib/domain/view.ts'
import { HttpRequest } from '../../../lib/lambda/http-request.ts'
import type { HttpResponse } from '../../../lib/lambda/http-response.ts'
import { problemDetails } from '../../../lib/lambda/problem-details.ts'
import { Died } from './life.ts'
import type { Process } from './process.ts'

type OperationView = ReturnType<typeof operationView>

/** Any body that we answer with: tests look at what they name. */
type Answered = OperationView & {
  items: unknown[]
  nextCursor: string | null
  errors: { path: string; message: string }[]
  errorCount: number
  detail: string
  planHash: string
}

type Work = (event: unknown, process: Process) => Promise<HttpResponse | undefined>

const httpEvent = (routeKey: string, path: string, rest: Record<string, unknown>) => ({
  version: '2.0',
  routeKey,
  headers: {},
  requestContext: { http: { method: routeKey.split(' ')[0], path } },
  ...rest,
})

/** The ways into the functions: HTTP calls as the platform hands them over, and events. `main` does what no process is named for. */
export const createEntrances = (main: Process) => {
  let invocations = 0
  const nextId = () => `invocation-${(invocations += 1)}`

  const answer = async (work: Work, event: unknown, process: Process) => {
    const handler = middy<unknown, HttpResponse | undefined>()
      .use(problemDetails(main.log))
      .handler((input: unknown) => work(input, process))
    // A handler only reads the context's id.
    const response = await handler(event, { awsRequestId: nextId() } as Parameters<typeof handler>[1])
    if (!process.life.isAlive()) throw new Died('while it answered')
    if (response === undefined) throw new Error('no answer')
    return { status: response.statusCode, headers: response.headers, body: JSON.parse(response.body) as Answered }
  }

  /** `POST /v1/operations`. */
  const post = async (
    body: unknown,
    { key, dryRun, process = main }: { key?: string; dryRun?: boolean; process?: Process } = {},
  ) =>
    answer(
      (event, deps) => ingest(event, 'over-http', deps),
      httpEvent('POST /v1/operations', '/v1/operations', {
        body: typeof body === 'string' ? body : JSON.stringify(body),
        headers: key === undefined ? {} : { 'idempotency-key': key },
        ...(dryRun ? { queryStringParameters: { dryRun: 'true' } } : {}),
      }),
      process,
    )

  /** A call of the operations function, such as `GET /v1/operations/{operationId}`, about one id. */
  const call = async (
    routeKey: string,
    id = '',
    { query = {}, body, process = main }: { query?: Record<string, string>; body?: string; process?: Process } = {},
  ) =>
    answer(
      (event, deps) => operations(HttpRequest.parse(event), { ...deps, rules: async () => deps.rules }),
      httpEvent(routeKey, routeKey.replace(/\{\w+\}/, id), {
        pathParameters: Object.fromEntries([...routeKey.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => [name, id])),
        queryStringParameters: query,
        ...(body === undefined ? {} : { body }),
      }),
      process,
    )

  return {
    post,
    call,
    /** An event of the bus, an alarm or a schedule's input, as it reaches ingest. */
    event: async (input: unknown, { process = main, invocationId = nextId() } = {}) =>
      ingest(input, invocationId, process),
    /** Posts a request that must be accepted; the operation's id. */
    accept: async (body: unknown, given: Parameters<typeof post>[1] = {}): Promise<string> => {
      const { status, body: operation } = await post(body, given)
      expect(operation).toMatchObject({ status: 'RUNNING' })
      expect(status).toBe(202)
      return operation.operationId
    },
    operation: async (operationId: string): Promise<OperationView> =>
      (await call('GET /v1/operations/{operationId}', operationId)).body,
    /** All nodes of an operation with their outcomes, read page by page. */
    nodes: async (operationId: string, outcome?: string): Promise<NodeOutcome[]> => {
      const found: NodeOutcome[] = []
      let cursor: string | null = null
      do {
        const query: Record<string, string> = {
          limit: '1000',
          ...(cursor === null ? {} : { cursor }),
          ...(outcome === undefined ? {} : { outcome }),
        }
        const { status, body } = await call('GET /v1/operations/{operationId}/nodes', operationId, { query })
        expect(status).toBe(200)
        found.push(...(body.items as NodeOutcome[]))
        cursor = body.nextCursor
      } while (cursor !== null)
      return found
    },
  }
}
