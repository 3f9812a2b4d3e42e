import { describe, expect, it } from 'vitest'
import { HttpRequest } from '../../../lib/lambda/http-request.ts'

const principalOf = (authorizer: unknown) =>
  HttpRequest.parse({ routeKey: 'GET /v1/health', requestContext: { http: { method: 'GET', path: '/' }, authorizer } })
    .principal

describe('who asks over HTTP', () => {
  const userArn = 'arn:aws:sts::000000000000:assumed-role/operators/ann'

  it.each([
    [
      'the role or user of a signed request',
      { iam: { accessKey: 'EXAMPLE', cognitoIdentity: null, userArn } },
      userArn,
    ],
    [
      'the subject of a token',
      { jwt: { claims: { sub: 'ann', iss: 'https://id.example.com', exp: '1' }, scopes: null } },
      'ann',
    ],
    ['the client of a token without a subject', { jwt: { claims: { client_id: 'nightly' }, scopes: [] } }, 'nightly'],
    ['nobody when nobody was authorised', undefined, null],
  ])('is %s', (_, authorizer, principal) => {
    expect(principalOf(authorizer)).toBe(principal)
  })
})
