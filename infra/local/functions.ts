import { devNull } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import * as z from 'zod'
import { defaultEventPolicy, type AsyncInvocations } from './async-invocations.ts'
import { createFunction, type LocalFunction } from './lambda.ts'
import type { Queues } from './queues.ts'
import type { Place } from './resource-types.ts'
import { TemplateError } from './template-error.ts'
import type { Template } from './template.ts'

const functionSchema = z.strictObject({
  FunctionName: z.string(),
  Handler: z.string().regex(/^.+\.\w+$/),
  Runtime: z.literal('nodejs24.x'),
  Timeout: z.number(),
  MemorySize: z.number(),
  // Loops are looked for by Lambda; there is none here that does.
  RecursiveLoop: z.enum(['Allow', 'Terminate']).optional(),
  ReservedConcurrentExecutions: z.number().optional(),
  Environment: z.strictObject({ Variables: z.record(z.string(), z.coerce.string()) }),
  Architectures: z.unknown().optional(),
  Code: z.unknown().optional(),
  Description: z.string().optional(),
  Role: z.unknown().optional(),
  Tags: z.unknown().optional(),
  TracingConfig: z.unknown().optional(),
})

const eventPolicySchema = z.strictObject({
  FunctionName: z.string(),
  Qualifier: z.literal('$LATEST'),
  MaximumRetryAttempts: z.number().default(defaultEventPolicy.retries),
  MaximumEventAgeInSeconds: z.number().default(defaultEventPolicy.maxAgeSeconds),
  DestinationConfig: z.strictObject({ OnFailure: z.strictObject({ Destination: z.string() }).optional() }).default({}),
})

/** Without a reserved concurrency; more workers than this only cost memory on a machine of a few cores. */
const defaultConcurrency = 4

/** What Lambda itself puts into the environment, and nothing of the developer's own AWS configuration. */
const runtimeEnv = (name: string, arn: string, memory: number, place: Place) => ({
  AWS_REGION: place.region,
  AWS_DEFAULT_REGION: place.region,
  AWS_ACCESS_KEY_ID: 'LOCAL',
  AWS_SECRET_ACCESS_KEY: 'local',
  AWS_EC2_METADATA_DISABLED: 'true',
  AWS_CONFIG_FILE: devNull,
  AWS_SHARED_CREDENTIALS_FILE: devNull,
  AWS_LAMBDA_FUNCTION_NAME: name,
  AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(memory),
  AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
  LOCAL_FUNCTION_ARN: arn,
  TZ: 'UTC',
})

type Options = {
  place: Place
  queues: Queues
  /** The folder that the template's handlers are relative to. */
  root: string
  /** What every function gets beside the template's environment; it wins. */
  env: Record<string, string>
  onLog: (text: string) => void
}

export const functionArns = (template: Template): ReadonlySet<string> =>
  new Set(template.ofType('AWS::Lambda::Function', functionSchema).map(({ arn }) => arn))

/** Every function of the template, by its ARN. */
export const createFunctions = (template: Template, { place, root, env, onLog }: Options) =>
  new Map<string, LocalFunction>(
    template.ofType('AWS::Lambda::Function', functionSchema).map(({ arn, name, properties }) => {
      const dot = properties.Handler.lastIndexOf('.')
      const local = createFunction({
        module: pathToFileURL(join(root, `${properties.Handler.slice(0, dot)}.mjs`)).href,
        exportName: properties.Handler.slice(dot + 1),
        functionName: name,
        timeoutSeconds: properties.Timeout,
        concurrency: properties.ReservedConcurrentExecutions ?? defaultConcurrency,
        env: { ...properties.Environment.Variables, ...runtimeEnv(name, arn, properties.MemorySize, place), ...env },
        onLog,
      })
      return [arn, local]
    }),
  )

/** Tells the queue of events what the template says about retries, age and what becomes of a failure. */
export const registerForEvents = (
  template: Template,
  functions: Map<string, LocalFunction>,
  { async, queues }: { async: AsyncInvocations; queues: Queues },
) => {
  const policies = template.ofType('AWS::Lambda::EventInvokeConfig', eventPolicySchema)
  const named = new Set([...functions.values()].map(({ name }) => name))
  const stranger = policies.find(({ properties }) => !named.has(properties.FunctionName))
  if (stranger) throw new TemplateError(`${stranger.logicalId}: ${stranger.properties.FunctionName} is no function`)

  for (const local of functions.values()) {
    const policy = policies.find(({ properties }) => properties.FunctionName === local.name)?.properties
    const queue = policy?.DestinationConfig.OnFailure?.Destination.split(':').at(-1)
    async.register(local, {
      retries: policy?.MaximumRetryAttempts ?? defaultEventPolicy.retries,
      maxAgeSeconds: policy?.MaximumEventAgeInSeconds ?? defaultEventPolicy.maxAgeSeconds,
      ...(queue === undefined ? {} : { onFailure: (record: string) => queues.send(queue, record) }),
    })
  }
}
