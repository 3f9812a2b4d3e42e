import { join } from 'node:path'
import { createFunction, type LocalFunction } from '../../infra/local/lambda.ts'
import { root } from '../helpers/packaged.ts'
import { clientVariables, type DeployedStack } from './deployed.ts'

const CONCURRENCY = 10

/** Called from a thread that is started with the first call; more are started while those are at work. */
export type Functions = ReturnType<typeof startFunctions>

/**
 * The packaged functions, each with the environment that moto's CloudFormation gave it, as in a deployment: no local
 * settings, the providers' own hosts. `variables`: how they reach the simulated clouds.
 */
export const startFunctions = (stack: DeployedStack, variables: Readonly<Record<string, string>>) => {
  const logs: string[] = []
  const failed: string[] = []

  // The SDK sends to the host of a queue's URL, whatever its endpoint is.
  const reachable = ([name, value]: [string, string]) =>
    [name, name.startsWith('QUEUE_URL_') ? `${stack.endpoint}${new URL(value).pathname}` : value] as const

  const local = (name: string, { arn, handler, timeout, environment }: DeployedStack['functions'][string]) =>
    createFunction({
      module: new URL('behind-tls.ts', import.meta.url).href,
      exportName: 'handler',
      functionName: name,
      env: {
        ...clientVariables(stack),
        ...variables,
        ...Object.fromEntries(Object.entries(environment).map(reachable)),
        AWS_LAMBDA_FUNCTION_NAME: name,
        LOCAL_FUNCTION_ARN: arn,
        PEERS_HANDLER: join(root, handler.replace(/\.handler$/, '.mjs')),
      },
      timeoutSeconds: timeout,
      concurrency: CONCURRENCY,
      onLog: (text) => void logs.push(text),
    })
  const functions = Object.entries(stack.functions).map(([name, settings]) => local(name, settings))

  return {
    /** By ARN, or the end of the name. */
    find: (name: string): LocalFunction => functions.find((one) => one.arn === name || one.name.endsWith(`-${name}`))!,
    /** Calls a function with JSON; its answer, or `null` for one that failed, which is noted. */
    call: async (called: LocalFunction, event: string): Promise<string> => {
      const outcome = await called.invoke(event)
      if (outcome?.ok) return outcome.payload
      failed.push(`${called.name}: ${JSON.stringify(outcome?.error)}`)
      return 'null'
    },
    logs: (): string => logs.join(''),
    failed: (): readonly string[] => failed,
    close: async (): Promise<void> => {
      await Promise.all(functions.map((one) => one.close()))
    },
  }
}
