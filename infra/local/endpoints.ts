type Emulators = Readonly<{ sqs: string; dynamodb: string; eventBridge: string }>
type Environment = Readonly<Record<string, string | undefined>>

/** Where the functions find SQS: at its emulator, or at what stands before it. */
export const sqsEndpoint = (env: Environment, emulator: string): string => env['DROVER_PROXY_SQS'] ?? emulator

/** The SDK's own variables, for the functions: each emulator, or what stands before it (docs/local.md). */
export const endpointVariables = (env: Environment, { sqs, dynamodb, eventBridge }: Emulators) => ({
  AWS_ENDPOINT_URL_SQS: sqsEndpoint(env, sqs),
  AWS_ENDPOINT_URL_DYNAMODB: env['DROVER_PROXY_DYNAMODB'] ?? dynamodb,
  AWS_ENDPOINT_URL_EVENTBRIDGE: env['DROVER_PROXY_EVENTBRIDGE'] ?? eventBridge,
})
