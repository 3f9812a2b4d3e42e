import { request } from 'node:http'
import { afterEach, describe, expect, test } from 'vitest'
import { startHttpApi } from '../../../infra/local/http-api.ts'
import type { LocalFunction } from '../../../infra/local/lambda.ts'
import { readRoutes } from '../../../infra/local/routes.ts'
import { localFunction } from '../../helpers/local-function.ts'
import { place, templateOf } from '../../helpers/template.ts'

const stops: Array<() => Promise<void>> = []
afterEach(async () => {
  await Promise.all(stops.splice(0).map((stop) => stop()))
})

const template = (properties: Record<string, unknown> = {}) =>
  templateOf({
    Api: ['AWS::ApiGatewayV2::Api', { Name: 'drover', ProtocolType: 'HTTP' }],
    Integration: [
      'AWS::ApiGatewayV2::Integration',
      {
        ApiId: { Ref: 'Api' },
        IntegrationType: 'AWS_PROXY',
        IntegrationUri: 'arn:function',
        PayloadFormatVersion: '2.0',
        TimeoutInMillis: 300,
      },
    ],
    ...Object.fromEntries(
      ['GET /v1/things/{thingId}', 'GET /v1/things/all', 'POST /v1/things'].map((RouteKey, index) => [
        `Route${index}`,
        [
          'AWS::ApiGatewayV2::Route',
          {
            ApiId: { Ref: 'Api' },
            RouteKey,
            Target: 'integrations/Integration',
            AuthorizationType: 'AWS_IAM',
            ...properties,
          },
        ] satisfies [string, Record<string, unknown>],
      ]),
    ),
  })

const start = async (local: LocalFunction) => {
  const lines: string[] = []
  const log = (line: string) => lines.push(line)
  const routes = readRoutes(template(), () => local)
  const api = await startHttpApi(routes, { place, port: 0, localCalls: () => undefined, log })
  stops.push(api.close, local.close)
  return { url: api.url, lines }
}

describe('the local HTTP API', () => {
  test('calls the function of the route with its path parameters, decoded', async () => {
    const { url } = await start(localFunction('http'))

    const response = await fetch(`${url}/v1/things/a%2Fb?x=1`)

    expect(response.status).toBe(201)
    expect(await response.json()).toMatchObject({
      routeKey: 'GET /v1/things/{thingId}',
      pathParameters: { thingId: 'a/b' },
      queryStringParameters: { x: '1' },
    })
  })

  test('prefers the route that is more exact', async () => {
    const { url } = await start(localFunction('http'))

    const response = await fetch(`${url}/v1/things/all`)

    expect(await response.json()).toMatchObject({ routeKey: 'GET /v1/things/all' })
  })

  test.each([
    ['an unknown path', 'GET', '/v1/nothing', 404],
    ['an empty path parameter', 'GET', '/v1/things/', 404],
    ['a method that the path does not take', 'DELETE', '/v1/things', 405],
    ['a path that is not correctly encoded', 'GET', '/v1/things/%zz', 400],
  ])('answers %s with a problem', async (_, method, path, status) => {
    const { url } = await start(localFunction('http'))

    const response = await fetch(`${url}${path}`, { method })

    expect(response.status).toBe(status)
    expect(response.headers.get('content-type')).toBe('application/problem+json')
    expect(await response.json()).toEqual({
      type: 'about:blank',
      title: expect.any(String),
      status,
      detail: expect.any(String),
    })
  })

  test('says which methods a path takes', async () => {
    const { url } = await start(localFunction('http'))

    const response = await fetch(`${url}/v1/things`, { method: 'DELETE' })

    expect(response.headers.get('allow')).toBe('POST')
  })

  test('answers a body over 6 MB with 413 and takes the next request on the same connection', async () => {
    const { url } = await start(localFunction('http'))

    const refused = await fetch(`${url}/v1/things`, { method: 'POST', body: 'x'.repeat(7 * 1024 * 1024) })
    const taken = await fetch(`${url}/v1/things`, { method: 'POST', body: '{}' })

    expect(refused.status).toBe(413)
    expect(await refused.json()).toMatchObject({ status: 413, title: 'Content Too Large' })
    expect(taken.status).toBe(201)
  })

  test('answers 413 to a sender that never comes to an end', async () => {
    const { url } = await start(localFunction('http'))

    const status = await new Promise((resolve, reject) => {
      const sender = request(`${url}/v1/things`, { method: 'POST' }, (response) => {
        resolve(response.statusCode)
        sender.destroy()
      })
      sender.on('error', reject)
      for (let sent = 0; sent < 7; sent += 1) sender.write(Buffer.alloc(1024 * 1024))
    })

    expect(status).toBe(413)
  })

  test('answers the error of a function with 500 and none of its insides, which go to the log', async () => {
    const { url, lines } = await start(localFunction('consume'))

    const response = await fetch(`${url}/v1/things`, { method: 'POST', body: '{}' })

    expect(response.status).toBe(500)
    expect(await response.text()).not.toContain('Records')
    expect(lines.join()).toContain("reading 'some'")
  })

  test('gives up on a function that takes too long with 503', async () => {
    const { url } = await start(localFunction('slow'))

    const response = await fetch(`${url}/v1/things`, { method: 'POST', body: '{}' })

    expect(response.status).toBe(503)
    expect(await response.json()).toMatchObject({ status: 503 })
  })

  test('does not start with a route that leads nowhere', () => {
    expect(() => readRoutes(template({ Target: 'integrations/Other' }), () => localFunction('http'))).toThrow(
      'integrations/Other leads to no function',
    )
  })

  test('does not start with a kind of route that it does not know', () => {
    expect(() => readRoutes(template({ RouteKey: 'GET /{proxy+}' }), () => localFunction('http'))).toThrow('RouteKey')
  })
})
