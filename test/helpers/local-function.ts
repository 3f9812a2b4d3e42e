import { createFunction, type FunctionOptions } from '../../infra/local/lambda.ts'

const module = new URL('../fixtures/handlers/functions.mjs', import.meta.url).href

/** One of the handlers in test/fixtures/handlers as a local function. */
export const localFunction = (exportName: string, options: Partial<FunctionOptions> = {}) =>
  createFunction({
    module,
    exportName,
    functionName: exportName,
    env: { LOCAL_FUNCTION_ARN: `arn:aws:lambda:eu-central-1:000000000000:function:${exportName}` },
    timeoutSeconds: 5,
    concurrency: 2,
    onLog: () => {},
    ...options,
  })
