import type { Settings } from './settings.ts'

const authorizerName = 'jwt'

/** IAM unless the stage names an issuer of tokens; then every route asks for a token of it. */
export const authorizerOf = ({ jwtIssuer }: Settings) =>
  jwtIssuer === '' ? { type: 'aws_iam' } : { name: authorizerName, type: 'jwt' }

/** The HTTP API as osls makes it; throttling and access logs are in serverless.yml. */
export const httpApi = ({ jwtIssuer, jwtAudience }: Settings) => ({
  name: 'drover-${sls:stage}',
  payload: '2.0',
  ...(jwtIssuer === ''
    ? {}
    : {
        authorizers: {
          [authorizerName]: {
            type: 'jwt',
            identitySource: '$request.header.Authorization',
            issuerUrl: jwtIssuer,
            audience: jwtAudience,
          },
        },
      }),
})
