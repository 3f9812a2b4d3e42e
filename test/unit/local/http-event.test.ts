import { describe, expect, test } from 'vitest'
import { httpEvent, httpReply, type HttpRequest } from '../../../infra/local/http-event.ts'
import { place } from '../../helpers/template.ts'

const request = (more: Partial<HttpRequest> = {}): HttpRequest => ({
  method: 'POST',
  target: '/v1/operations',
  headers: { 'content-type': 'application/json', host: '127.0.0.1:3000', 'user-agent': 'curl/8' },
  body: Buffer.from('{"a":1}'),
  sourceIp: '127.0.0.1',
  ...more,
})

const route = { key: 'POST /v1/operations', parameters: {} }

describe('an HTTP request', () => {
  test('comes to the function in payload format 2.0, from a caller of the local account', () => {
    const event = httpEvent(request(), route, place)

    expect(event).toMatchObject({
      version: '2.0',
      routeKey: 'POST /v1/operations',
      rawPath: '/v1/operations',
      rawQueryString: '',
      headers: { 'content-type': 'application/json', host: '127.0.0.1:3000' },
      requestContext: {
        http: { method: 'POST', path: '/v1/operations', sourceIp: '127.0.0.1', userAgent: 'curl/8' },
        authorizer: { iam: { userArn: 'arn:aws:iam::000000000000:user/local' } },
        stage: '$default',
      },
      body: '{"a":1}',
      isBase64Encoded: false,
    })
    expect(event).not.toHaveProperty('queryStringParameters')
    expect(event).not.toHaveProperty('pathParameters')
  })

  test('has its query decoded, repeated names joined, and raw beside it', () => {
    const event = httpEvent(request({ target: '/v1/operations?status=A&status=B&q=a%20b?c' }), route, place)

    expect(event.rawQueryString).toBe('status=A&status=B&q=a%20b?c')
    expect(event).toMatchObject({ queryStringParameters: { status: 'A,B', q: 'a b?c' } })
  })

  test('has its cookies apart and repeated headers joined', () => {
    const event = httpEvent(request({ headers: { cookie: 'a=1; b=2', 'X-Many': ['1', '2'] } }), route, place)

    expect(event).toMatchObject({ cookies: ['a=1', 'b=2'], headers: { 'x-many': '1,2' } })
    expect(event.headers).not.toHaveProperty('cookie')
  })

  test.each([
    ['application/json; charset=utf-8', false],
    ['application/problem+json', false],
    ['text/plain', false],
    ['application/x-www-form-urlencoded', true],
    ['application/octet-stream', true],
    [undefined, true],
  ])('with content type %s is base64: %s', (type, base64) => {
    const event = httpEvent(request({ headers: { 'content-type': type } }), route, place)

    expect(event.isBase64Encoded).toBe(base64)
    expect(event.body).toBe(base64 ? Buffer.from('{"a":1}').toString('base64') : '{"a":1}')
  })

  test('that is compressed is base64 whatever its type', () => {
    const headers = { 'content-type': 'application/json', 'content-encoding': 'gzip' }

    expect(httpEvent(request({ headers }), route, place).isBase64Encoded).toBe(true)
  })

  test('without a body has none', () => {
    const event = httpEvent(request({ body: Buffer.alloc(0), headers: {} }), route, place)

    expect(event).not.toHaveProperty('body')
    expect(event.isBase64Encoded).toBe(false)
  })
})

describe('what a function answers', () => {
  test('is the response that it describes', () => {
    const answer = { statusCode: 202, headers: { Location: '/x', 'X-Count': 3 }, cookies: ['a=1'], body: 'text' }

    expect(httpReply(JSON.stringify(answer))).toEqual({
      status: 202,
      headers: { 'content-type': 'text/plain; charset=utf-8', location: '/x', 'x-count': '3', 'set-cookie': ['a=1'] },
      body: 'text',
    })
  })

  test('is decoded when it is base64', () => {
    const answer = { statusCode: 200, body: Buffer.from([0, 255]).toString('base64'), isBase64Encoded: true }

    expect(httpReply(JSON.stringify(answer))?.body).toEqual(Buffer.from([0, 255]))
  })

  test('is sent as JSON when it describes no response', () => {
    expect(httpReply('{"a":1}')).toMatchObject({
      status: 200,
      headers: { 'content-type': 'application/json' },
      body: '{"a":1}',
    })
  })

  test.each([[{ statusCode: 'OK' }], [{ statusCode: 99 }], [{ statusCode: 200, body: {} }]])(
    'cannot be sent when it is %j',
    (answer) => {
      expect(httpReply(JSON.stringify(answer))).toBeUndefined()
    },
  )
})
