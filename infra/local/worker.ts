import { parentPort, workerData } from 'node:worker_threads'
import type { Change, Invoke, Loaded, Outcome, Start } from './worker-messages.ts'

const { module, exportName, functionName } = workerData as Start

const failure = (error: unknown): Outcome => ({
  ok: false,
  error: {
    errorType: error instanceof Error ? error.name : typeof error,
    errorMessage: error instanceof Error ? error.message : String(error),
    trace: error instanceof Error && error.stack ? error.stack.split('\n') : [],
  },
})

const contextOf = ({ requestId, deadline }: Invoke) => ({
  awsRequestId: requestId,
  functionName,
  functionVersion: '$LATEST',
  invokedFunctionArn: process.env['LOCAL_FUNCTION_ARN'],
  memoryLimitInMB: process.env['AWS_LAMBDA_FUNCTION_MEMORY_SIZE'],
  logGroupName: `/aws/lambda/${functionName}`,
  logStreamName: 'local',
  callbackWaitsForEmptyEventLoop: true,
  getRemainingTimeInMillis: () => Math.max(0, deadline - Date.now()),
})

type Handler = (event: unknown, context: ReturnType<typeof contextOf>) => unknown

const load = async () => {
  const exported = ((await import(module)) as Record<string, unknown>)[exportName]
  if (typeof exported !== 'function') throw new TypeError(`${module} exports no function ${exportName}`)
  return exported as Handler
}

const handler = load()
// The first invocation reports it; unobserved until then, it would end the worker without a word.
handler.catch(() => {})

const invoke = async (call: Invoke): Promise<Outcome> => {
  try {
    const result = await (await handler)(JSON.parse(call.payload), contextOf(call))
    return { ok: true, payload: JSON.stringify(result ?? null) }
  } catch (error) {
    return failure(error)
  }
}

parentPort?.on('message', (call: Invoke | Change) => {
  if ('name' in call) process.env[call.name] = call.value
  else void invoke(call).then((outcome) => parentPort?.postMessage(outcome))
})

const say = (message: Loaded) => parentPort?.postMessage(message)

handler.then(
  () => say({ loaded: true }),
  (error: unknown) =>
    say({ loaded: false, reason: error instanceof Error ? (error.stack ?? error.message) : String(error) }),
)
