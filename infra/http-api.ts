import type { Settings } from './settings.ts'

const authorizerName = 'jwt'

/** IAM unless the stage names an issuer of tokens; then every route asks for a token of it. */
export const authorizerOf = ({ jwtIssuer }: Settings) =>
  jwtIssuer === '' ? { type: 'aws_iam' } : { name: authorizerName, type: 'jwt' }

/** What osls has no words for: how many requests the API takes in a second, and at once. */
export const extensions = ({ throttleRate, throttleBurst }: Settings) => ({
  HttpApiStage: {
    Properties: {
      DefaultRouteSettings: {
        DetailedMetricsEnabled: false,
        ThrottlingRateLimit: throttleRate,
        ThrottlingBurstLimit: throttleBurst,
      },
    },
  },
})

/** The HTTP API as osls makes it; its access logs are in serverless.yml. */
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
